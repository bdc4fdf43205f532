"""The sample case itself: its matters, clocks, materials, acts and documents."""

from api.console import deadlines, words
from api.console.views.materials import StoredMaterial
from api.console.views.shared import (
    ClockView,
    DocumentRow,
    Edge,
    FileRow,
    Link,
    MatterNode,
    TimelineEntry,
)
from definitions.language.limits import Unit
from definitions.language.matters import EdgeKind
from tests.support.console.parts import (
    BUNDLE_URL,
    TODAY,
    USCC,
    at,
    basis,
    on,
    submission,
)

REGISTRATION = basis(
    "市场主体登记管理条例",
    "第二十四条",
    "自作出变更决议、决定或者法定变更事项发生之日起 30 日内申请变更登记",
)


LICENSING = basis("行政许可法", "第四十二条", "自受理之日起二十日内作出行政许可决定")


TAX_LAW = basis("税收征收管理法", "第十六条")


_MATTERS = f"{BUNDLE_URL}/matters/"


SEVENTEEN = at(27, 17)


def node(key: str, name: str, organ: str, state: str, **more: object) -> MatterNode:
    """A matter of the sample case."""
    made = MatterNode(key, name, organ, words.MATTER[state], f"{_MATTERS}{key}")
    return _with(made, more)


def _with(made: MatterNode, more: dict[str, object]) -> MatterNode:
    fields = {name: getattr(made, name) for name in made.__slots__}
    return MatterNode(**{**fields, **more})


_THREE_LEFT = deadlines.running(due_on=on(27), today=TODAY, left=3)
_WAITS = deadlines.not_started
NODES = (
    node(
        "REG",
        "名称、住所变更登记",
        "区市场监管局",
        "closed",
        deadline=deadlines.met(on(20)),
        holder="11月20日 准予变更登记",
    ),
    node(
        "LIC_FACE",
        "换发营业执照",
        "区市场监管局",
        "issued",
        deadline=deadlines.met(on(24)),
        holder="11月23日 制证，在综合窗口待领",
    ),
    node(
        "SEAL",
        "印章缴销和刻制备案",
        "公安松江分局",
        "reviewing",
        deadline=deadlines.running(due_on=on(24), today=TODAY, left=0, closes_at=at(24, 17)),
        holder="公安松江分局 周敏",
    ),
    node(
        "TAX",
        "税务信息变更",
        "区税务局",
        "reviewing",
        deadline=_THREE_LEFT,
        holder="区税务局 李国强，11月23日领取",
    ),
    node(
        "SI",
        "社会保险单位信息变更",
        "区社保中心",
        "reviewing",
        deadline=deadlines.running(due_on=on(23), today=TODAY, left=-1),
        holder="区社保中心，无人领取",
    ),
    node(
        "HPF",
        "住房公积金单位信息变更",
        "市公积金中心松江管理部",
        "planned",
        deadline=_WAITS("变更登记后开始"),
        why="等变更登记结果推送",
    ),
    node(
        "FOOD",
        "食品经营许可变更",
        "区市场监管局",
        "accepted_pending",
        deadline=deadlines.running(due_on=on(9, 12), today=TODAY, left=11),
        holder="区市场监管局 陈静",
        why="待补：经营场所布局图；补齐前不发证",
    ),
    node(
        "BANK",
        "基本存款账户变更",
        "建设银行松江支行",
        "planned",
        deadline=_WAITS("换照、刻章后开始"),
        why="等换发营业执照、印章备案",
    ),
    node(
        "CUST",
        "报关单位备案变更",
        "松江海关",
        "not_needed",
        needed=False,
        why="该企业没有报关单位备案",
    ),
)
"""Done, running, pending, waiting and not needed, side by side."""


def edges() -> tuple[Edge, ...]:
    """What waits for what in the sample case."""
    return (
        Edge("REG", "LIC_FACE"),
        Edge("LIC_FACE", "SEAL"),
        Edge("REG", "TAX"),
        Edge("REG", "SI"),
        Edge("REG", "HPF"),
        Edge("REG", "FOOD", EdgeKind.ACCEPTED),
        Edge("LIC_FACE", "BANK"),
        Edge("SEAL", "BANK"),
    )


CLOCKS = (
    ClockView(
        "税务信息变更",
        "承诺",
        5,
        Unit.WORKING_DAY,
        on(20),
        "受理",
        0,
        deadlines.running(due_on=on(27), today=TODAY, left=3),
        None,
    ),
    ClockView(
        "税务信息变更",
        "法定",
        20,
        Unit.WORKING_DAY,
        on(20),
        "受理",
        0,
        deadlines.running(due_on=on(18, 12), today=TODAY, left=18),
        TAX_LAW,
    ),
    ClockView(
        "食品经营许可变更",
        "法定",
        20,
        Unit.WORKING_DAY,
        on(20),
        "容缺受理",
        2,
        deadlines.running(due_on=on(22, 12), today=TODAY, left=20, provisional=True),
        LICENSING,
    ),
    ClockView(
        "住房公积金单位信息变更",
        "承诺",
        1,
        Unit.WORKING_DAY,
        None,
        "变更登记后起算",
        0,
        deadlines.not_started(),
        None,
    ),
    ClockView(
        "简易注销公告",
        "法定",
        20,
        Unit.CALENDAR_DAY,
        on(20),
        "公告",
        0,
        deadlines.running(due_on=on(10, 12), today=TODAY, left=16, unit=Unit.CALENDAR_DAY),
        basis("公司法", "第二百四十条", "公告期限不少于二十日"),
    ),
    ClockView(
        "社会保险单位信息变更",
        "承诺",
        1,
        Unit.WORKING_DAY,
        on(20),
        "受理",
        0,
        deadlines.paused("核对参保明细，预计 2 个工作日"),
        None,
    ),
)
"""Promise and law, with their working."""


def file(name: str, pages: int | None = 3, state: str = "kept") -> FileRow:
    """A stored scan."""
    return FileRow(f"f-{name}", name, f"/api/v1/files/{name}", 1_300_000, pages, words.FILE[state])


_STORED_SUPPLY = f"{BUNDLE_URL}/materials/"
STORED = (
    StoredMaterial(
        "M03",
        "章程修正案",
        words.MATERIAL["satisfied"],
        "原件",
        1,
        3,
        (file("章程修正案.pdf"),),
    ),
    StoredMaterial(
        "M07",
        "营业执照正、副本（缴回）",
        words.MATERIAL["waived"],
        "电子",
        0,
        0,
        waived_by="电子营业执照已核验",
    ),
    StoredMaterial(
        "F02",
        "经营场所布局图（标明食品处理区、就餐区、清洁消毒设施位置）",
        words.MATERIAL["pending"],
        "复印件",
        0,
        0,
        mode="容缺受理，12月7日（周一）前补齐；补齐前不发证：食品经营许可变更",
        supply=submission(f"{_STORED_SUPPLY}F02/_STORED_SUPPLY", 7),
    ),
    StoredMaterial(
        "M06",
        "住所使用相关文件",
        words.MATERIAL["supplied"],
        "复印件",
        1,
        8,
        (file("租赁合同.pdf", 8),),
        mode="容缺收件，12月14日（周一）前补齐；补齐前不受理，时限未起算",
        check=submission("/console/tasks/T1/materials/M06/check", 7),
    ),
    StoredMaterial(
        "M14",
        "授权委托书及经办人身份证明",
        words.MATERIAL["refused"],
        "原件",
        1,
        2,
        (file("委托书.jpg", None),),
        remark="第 2 页缺公章，请盖章后重扫",
        supply=submission(f"{_STORED_SUPPLY}M14/_STORED_SUPPLY", 7),
    ),
)
"""Every state a material of a running application may have."""


def entries() -> tuple[TimelineEntry, ...]:
    """Newest first, with system acts to fold."""
    return (
        TimelineEntry(at(24, 14, 2), "松江区税务局", "李国强", "开始审查", "税务信息变更"),
        TimelineEntry(
            at(24, 9, 30),
            "综合窗口 12 号",
            "王晓燕",
            "补收材料",
            "食品经营许可变更",
            "住所使用相关文件，复印件 1 份 8 页",
        ),
        TimelineEntry(
            at(23, 16, 40), "一件事系统", "", "推送变更结果到税务局、社保中心", system=True
        ),
        TimelineEntry(
            at(23, 16, 38),
            "区市场监管局",
            "沈建华",
            "制证",
            "换发营业执照",
            document=Link("营业执照", "/api/v1/documents/2"),
        ),
        TimelineEntry(
            at(20, 15, 5),
            "区市场监管局",
            "沈建华",
            "准予变更登记",
            "名称、住所变更登记",
            document=Link("登记通知书", "/api/v1/documents/1"),
        ),
        TimelineEntry(
            at(20, 10, 12),
            "区市场监管局",
            "陈静",
            "容缺受理",
            "食品经营许可变更",
            "待补：经营场所布局图，12月7日（周一）前",
        ),
        TimelineEntry(at(19, 14, 41), "一件事系统", "", "分送 7 个部门", system=True),
        TimelineEntry(
            at(19, 14, 40),
            "综合窗口 12 号",
            "王晓燕",
            "收件",
            document=Link("收件凭证", f"{BUNDLE_URL}/receipt"),
        ),
    )


def documents() -> tuple[DocumentRow, ...]:
    """Delivered, ready and in the making."""
    return (
        DocumentRow(
            "准予变更登记通知书",
            "（松）登记变准〔2026〕第 1124 号",
            "区市场监管局",
            on(20),
            "/api/v1/documents/1",
            words.DELIVERY["electronic"],
        ),
        DocumentRow(
            "营业执照", USCC, "区市场监管局", on(23), "/api/v1/documents/2", words.DELIVERY["ready"]
        ),
        DocumentRow(
            "容缺受理通知书",
            "松食药容受〔2026〕27 号",
            "区市场监管局",
            on(20),
            "/api/v1/documents/3",
            words.DELIVERY["delivered"],
        ),
    )
