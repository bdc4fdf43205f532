"""The made-up district that `bench.filling` fills a register with: organs, items, firms, officers.

Ten organs of the catalogue. The largest handles ninety items by itself, as a bureau does to which
a district has moved its permits, so that an officer trusted with ninety of them really has ninety
inboxes to look into; the nine others handle ninety between them. Work is spread unevenly over
organs, over the items of each, and over the words of firms' names. The same at every call.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from definitions.language.service import Department
from definitions.loading import Library

SEED = 20261123
LARGEST = "market_regulation"
# Organ, its share of the work in percent, what it handles. Each with every act below is an item.
_ORGANS: tuple[tuple[str, int, tuple[str, ...]], ...] = (
    (
        LARGEST,
        30,
        (
            *("食品经营许可", "食品生产许可", "药品零售许可", "第二类医疗器械经营备案"),
            *("第三类医疗器械经营许可", "特种设备使用登记", "特种设备作业人员资格", "计量器具核准"),
            *("检验检测机构资质", "小餐饮备案", "化妆品生产许可", "股权出质登记", "内资企业登记"),
            *("外资企业登记", "个体工商户登记", "合伙企业登记", "分支机构登记", "名称登记"),
        ),
    ),
    ("tax", 15, ("税务登记", "增值税一般纳税人登记", "发票领用")),
    ("human_resources", 12, ("劳务派遣许可", "人力资源服务许可", "社会保险登记")),
    ("public_security", 10, ("印章刻制备案", "旅馆业特种行业许可", "典当业许可")),
    ("housing_fund", 8, ("住房公积金单位登记", "住房公积金缴存")),
    ("water", 7, ("排水许可", "取水许可")),
    ("greening", 6, ("户外招牌设置", "建筑垃圾处置")),
    ("fire_rescue", 5, ("公众聚集场所消防安全检查",)),
    ("customs", 4, ("海关报关单位备案",)),
    ("bank", 3, ("银行账户",)),
)
_ACTS = ("新办", "变更", "延续", "补发", "注销")
# How much less each next item of an organ is asked for than the one before.
_FALL = 0.75
_SIGNS = (
    "云间华亭泖港浦江泰晟瑞丰恒盛鼎信嘉禾锦程博远天成宏图永安祥和百川四海金桥玉泉清源明德致远"
    "启航新元创智弘毅正阳东方长青聚贤汇通众诚优品美佳乐康健安居易购联讯捷达飞鸿腾跃凯越星辰"
    "蓝天碧水绿野青松翠竹春晖秋实夏荷冬梅山石林木火炎土垚日月光照雨雪风云龙凤虎鹤麒麟骏马"
    "书香墨韵琴棋诗画茶酒米面油盐酱醋布衣丝绸针线纸笔砚台铜铁钢银铝钛锂硅晶芯软硬联网数据"
    "智慧慧能胜利凯旋荣耀辉煌卓越超群非凡精工匠心巧手良材优质高端前沿先锋领航开拓进取"
)
_PLACES = (
    "上海",
    "上海",
    "上海",
    "上海松江",
    "松江",
    "上海泗泾",
    "上海九亭",
    "上海洞泾",
    "上海车墩",
)
_TRADES = (
    *("贸易", "科技", "餐饮管理", "信息技术", "物流", "建筑工程", "文化传播", "食品", "机械设备"),
    *("电子商务", "生物医药", "环保科技", "装饰设计", "教育咨询", "企业管理咨询", "汽车服务"),
    *("医疗器械", "新能源", "服装", "家居用品", "包装材料", "供应链管理", "人力资源", "智能装备"),
    *("广告", "酒店管理", "农业发展", "化妆品", "体育发展", "园林绿化", "物业管理", "半导体"),
)
_FORMS = (
    "有限公司",
    "有限公司",
    "有限公司",
    "有限公司",
    "股份有限公司",
    "合伙企业（有限合伙）",
    "商行",
)
_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an organ; `own` are the twelve signs it is known by inside its 31."""

    department: str
    department_name: str
    own: str
    code: str
    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm's valid credit code and its name."""

    code: str
    name: str


@cache
def items() -> tuple[Item, ...]:
    """Every item, the most asked for of each organ first."""
    organs = {organ.code: organ for organ in Library.load().catalogue.departments}
    return tuple(
        item
        for number, (code, share, whats) in enumerate(_ORGANS)
        for item in _items(
            number, organs[code], share, [f"{what}（{act}）" for act in _ACTS for what in whats]
        )
    )


def departments() -> tuple[str, ...]:
    """The organs, the one with most work first."""
    return tuple(code for code, _, _ in _ORGANS)


def firms(count: int) -> Iterator[Firm]:
    """So many firms. A few name parts are in very many names, thousands in a handful."""
    chance = random.Random(SEED)  # noqa: S311 - the same register each time
    for number in range(count):
        parts = (_often(chance, _SIGNS) for _ in range(chance.choice((2, 2, 2, 3))))
        name = (
            chance.choice(_PLACES)
            + "".join(parts)
            + _often(chance, _TRADES)
            + chance.choice(_FORMS)
        )
        yield Firm(code=_uscc(number), name=name)


def _items(number: int, organ: Department, share: int, names: list[str]) -> Iterator[Item]:
    weights = [(place + 1) ** -_FALL for place in range(len(names))]
    for place, name in enumerate(names):
        own = f"310199{number:03}{place + 1:03}"
        yield Item(
            department=organ.code,
            department_name=organ.name,
            own=own,
            code=f"{organ.uscc}{organ.level}{own}",
            name=name,
            weight=share * weights[place] / sum(weights),
        )


def _often(chance: random.Random, among: str | tuple[str, ...]) -> str:
    """Those at the front more often than those behind."""
    return among[int(len(among) * chance.random() ** 2)]


def _uscc(number: int) -> str:
    """A code that nobody bears, with its check sign (GB 32100-2015)."""
    body = f"91310117MB{number:07}"
    total = sum(_CODE.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + _CODE[(31 - total % 31) % 31]
