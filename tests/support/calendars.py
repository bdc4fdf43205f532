"""Calendars to publish in tests: the shipped years, and the notice for 2027 as it may come."""

from activities.store.desk.calendars import Asked, Publication, put_calendar, put_shipped
from activities.store.engine import Store
from definitions.language.calendars import CalendarYear
from definitions.loading import load_years, read_year

NOTICE = """year: 2027
status: published
source: 关于2027年部分节假日安排的通知（测试）
off:
  - {from: 2027-01-01, until: 2027-01-03, name: 元旦}
  - {from: 2027-02-05, until: 2027-02-11, name: 春节}
  - {from: 2027-04-03, until: 2027-04-05, name: 清明节}
  - {from: 2027-05-01, until: 2027-05-05, name: 劳动节}
  - {from: 2027-06-09, until: 2027-06-09, name: 端午节}
  - {from: 2027-09-15, until: 2027-09-15, name: 中秋节}
  - {from: 2027-10-01, until: 2027-10-07, name: 国庆节}
work: [2027-02-20, 2027-10-09]
"""
# A day less in November 2026, so that limits which run now come later.
NATION_2026 = next(year for year in load_years()["CN"] if year.year == 2026)
FAIR = """year: 2026
region: "310117"
status: published
source: 区政府关于临时休息的通知（测试）
off:
  - {from: 2026-11-24, until: 2026-11-25, name: 临时休息}
"""


def year(text: str = NOTICE) -> CalendarYear:
    """The written year."""
    return read_year(text.encode(), "test.yaml")


async def shipped(store: Store) -> list[Publication]:
    """Publish what the release brings."""
    async with store.begin() as session:
        return await put_shipped(session, load_years())


async def put(store: Store, text: str = NOTICE, *, by: str = "admin") -> Publication:
    """Publish one year."""
    async with store.begin() as session:
        return await put_calendar(session, [year(text)], Asked(by=by))
