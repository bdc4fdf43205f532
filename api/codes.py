"""The codes that only HTTP has, and the status and title of every code there is."""

from collections.abc import Mapping
from enum import StrEnum
from http import HTTPStatus

from definitions.errors import Code


class ApiCode(StrEnum):
    """Codes that only HTTP has; those of the core are `definitions.errors.Code`."""

    MALFORMED = "malformed"
    UNAUTHENTICATED = "unauthenticated"
    SIGN_IN_FAILED = "sign-in-failed"
    CROSS_SITE = "cross-site"
    NOT_FOUND = "not-found"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    UNKNOWN_FIRM = "unknown-firm"
    UNKNOWN_DRAFT = "unknown-draft"
    UNKNOWN_FILE = "unknown-file"
    UNKNOWN_FINDING = "unknown-finding"
    DRAFT_CLOSED = "draft-closed"
    DRAFT_SUBMITTED = "draft-submitted"
    UNKNOWN_CREDIT = "unknown-credit"
    CREDIT_REPAIRED = "credit-repaired"
    UNKNOWN_ABSENCE = "unknown-absence"
    KEY_MISSING = "idempotency-key-missing"
    VERSION_MISSING = "version-missing"
    TOO_LARGE = "too-large"
    MEDIA_TYPE = "media-type"
    FILE_UNUSABLE = "file-unusable"
    TOO_MANY = "too-many-requests"
    STORAGE_FULL = "storage-full"
    SIGNATURE_MISSING = "signature-missing"
    SIGNATURE_INVALID = "signature-invalid"
    SIGNATURE_STALE = "signature-stale"
    SIGNATURE_FUTURE = "signature-future"
    CALLBACK_REPLAYED = "callback-replayed"
    CALLBACK_ALTERED = "callback-altered"
    UNKNOWN_CONNECTION = "unknown-connection"
    CONNECTION_INACTIVE = "connection-inactive"
    TASK_NOT_ASSIGNED = "task-not-assigned"
    UNKNOWN_ASSIGNMENT = "unknown-assignment"
    ASSIGNMENT_OVER = "assignment-over"
    ENGINE_AWAY = "engine-away"
    REGISTER_AWAY = "register-away"
    INTERNAL = "internal"


S = HTTPStatus
TABLE: Mapping[Code | ApiCode, tuple[HTTPStatus, str]] = {
    Code.INVALID: (S.UNPROCESSABLE_ENTITY, "填写内容有误"),
    Code.UNKNOWN_SERVICE: (S.NOT_FOUND, "没有这项服务"),
    Code.NO_SITUATION: (S.UNPROCESSABLE_ENTITY, "没有对应的办理情形"),
    Code.BLOCKED: (S.CONFLICT, "现在不能办理本项"),
    Code.UNKNOWN_BUNDLE: (S.NOT_FOUND, "没有这个办件"),
    Code.UNKNOWN_MATTER: (S.NOT_FOUND, "没有这个事项"),
    Code.UNKNOWN_TASK: (S.NOT_FOUND, "没有这项待办"),
    Code.UNKNOWN_MATERIAL: (S.NOT_FOUND, "没有这份材料"),
    Code.UNKNOWN_DOCUMENT: (S.NOT_FOUND, "没有这份文书"),
    Code.BUNDLE_CLOSED: (S.CONFLICT, "本件已办结"),
    Code.TASK_NOT_OPEN: (S.CONFLICT, "待办已办结或取消"),
    Code.TASK_TAKEN: (S.CONFLICT, "待办已由他人领取"),
    Code.OUTCOME_NOT_POSSIBLE: (S.UNPROCESSABLE_ENTITY, "没有这种办理结果"),
    Code.REASONS_MISSING: (S.UNPROCESSABLE_ENTITY, "缺少理由或依据"),
    Code.FOUR_EYES: (S.FORBIDDEN, "审查与决定须由两人分别作出"),
    Code.MATERIAL_NOT_AWAITED: (S.CONFLICT, "材料现在不需要补交"),
    Code.FILES_MISSING: (S.UNPROCESSABLE_ENTITY, "缺少材料文件"),
    Code.NOT_FILING: (S.CONFLICT, "不在申请期内"),
    Code.NOT_IN_PUBLICITY: (S.CONFLICT, "不在公示期内"),
    Code.NOT_DELIVERABLE: (S.CONFLICT, "文书不需要送达"),
    Code.NOT_WITHDRAWABLE: (S.CONFLICT, "不能撤回"),
    Code.ITEM_NOT_IN_FORCE: (S.UNPROCESSABLE_ENTITY, "事项不在有效期内"),
    Code.PROMISE_NOT_OPEN: (S.UNPROCESSABLE_ENTITY, "不能以承诺代替材料"),
    Code.SECOND_NOTICE: (S.CONFLICT, "补正应当一次告知"),
    Code.SUPPLEMENT_LATE: (S.CONFLICT, "补正、补交的期限已过"),
    Code.DEADLINE_PAST: (S.UNPROCESSABLE_ENTITY, "期限已经过去"),
    Code.LIMIT_TOO_LONG: (S.UNPROCESSABLE_ENTITY, "期限过长"),
    Code.LIMIT_TOO_SHORT: (S.UNPROCESSABLE_ENTITY, "期限过短"),
    Code.MATERIAL_MISSING: (S.CONFLICT, "材料不齐，不能受理"),
    Code.NOT_ASKABLE: (S.UNPROCESSABLE_ENTITY, "不得要求提交这份材料"),
    Code.NOT_CORRECTABLE: (S.CONFLICT, "不能当场更正"),
    Code.CAUSE_UNKNOWN: (S.UNPROCESSABLE_ENTITY, "不在法定情形之内"),
    Code.NOT_IN_HAND: (S.CONFLICT, "事项不在办理中"),
    Code.SUSPENDED: (S.CONFLICT, "特别程序正在进行"),
    Code.NOT_SUSPENDED: (S.CONFLICT, "没有正在进行的特别程序"),
    Code.ALREADY_EXTENDED: (S.CONFLICT, "期限只能延长一次"),
    Code.NOT_EXTENDABLE: (S.CONFLICT, "这个期限不能延长"),
    Code.HEARING_DUE: (S.CONFLICT, "须先完成听证程序"),
    Code.HEARING_NOT_OPEN: (S.CONFLICT, "现在不能办理这一步听证程序"),
    Code.OFFICERS_MISSING: (S.UNPROCESSABLE_ENTITY, "核查人员不足"),
    Code.NOT_RETURNABLE: (S.CONFLICT, "不能退回"),
    Code.NOT_REVOCABLE: (S.CONFLICT, "不能撤销"),
    Code.TASK_NOT_HELD: (S.CONFLICT, "待办不在您手上"),
    Code.UNKNOWN_DEPARTMENT: (S.UNPROCESSABLE_ENTITY, "部门不对"),
    Code.UNKNOWN_REQUEST: (S.NOT_FOUND, "没有这项协同请求"),
    Code.REQUESTS_OPEN: (S.CONFLICT, "还有部门没有答复"),
    Code.RECUSED: (S.FORBIDDEN, "须回避"),
    Code.CALENDAR_DAY_TWICE: (S.UNPROCESSABLE_ENTITY, "日历里同一天写了两次"),
    Code.CALENDAR_YEAR_MISSING: (S.UNPROCESSABLE_ENTITY, "日历中间缺少年份"),
    Code.CALENDAR_INVALID: (S.UNPROCESSABLE_ENTITY, "日历不合规则"),
    Code.UNKNOWN_CALENDAR: (S.NOT_FOUND, "没有这个日历"),
    Code.UNKNOWN_RECALCULATION: (S.NOT_FOUND, "没有这次重算"),
    Code.RECALCULATION_DONE: (S.CONFLICT, "重算已经结束"),
    Code.SERVICE_RETIRED: (S.CONFLICT, "这项服务已经停办"),
    Code.UNKNOWN_DEFINITION: (S.NOT_FOUND, "没有这一版定义"),
    Code.DEFINITION_INVALID: (S.UNPROCESSABLE_ENTITY, "定义没有通过检查"),
    Code.DEFINITION_CASES: (S.UNPROCESSABLE_ENTITY, "金例与定义不符"),
    Code.DEFINITION_PUBLISHED: (S.CONFLICT, "已发布的版本不能改动"),
    Code.DEFINITION_PROPOSED: (S.CONFLICT, "这一版已有文本在等批准"),
    Code.DEFINITION_NOT_PROPOSED: (S.CONFLICT, "没有等待批准的文本"),
    Code.DEFINITION_FOUR_EYES: (S.FORBIDDEN, "定义须由另一人批准"),
    Code.DEFINITION_RETIRED: (S.CONFLICT, "这一版已经停用"),
    Code.POLICY_INVALID: (S.UNPROCESSABLE_ENTITY, "政策没有通过检查"),
    Code.POLICY_CASES: (S.UNPROCESSABLE_ENTITY, "金例与政策不符"),
    Code.POLICY_PUBLISHED: (S.CONFLICT, "已发布的政策版本不能改动"),
    Code.POLICY_PROPOSED: (S.CONFLICT, "这一版政策已有文本在等批准"),
    Code.POLICY_NOT_PROPOSED: (S.CONFLICT, "没有等待批准的政策文本"),
    Code.POLICY_FOUR_EYES: (S.FORBIDDEN, "政策须由另一人批准"),
    Code.POLICY_RETIRED: (S.CONFLICT, "这一版政策已经停用"),
    Code.UNKNOWN_SIMULATION: (S.NOT_FOUND, "没有这次推演"),
    Code.FORBIDDEN: (S.FORBIDDEN, "您的岗位不能办理这一步"),
    Code.VERSION_CONFLICT: (S.PRECONDITION_FAILED, "内容已被他人更新"),
    Code.KEY_REUSED: (S.UNPROCESSABLE_ENTITY, "幂等键已用于另一内容的请求"),
    ApiCode.MALFORMED: (S.BAD_REQUEST, "请求格式有误"),
    ApiCode.UNAUTHENTICATED: (S.UNAUTHORIZED, "请先登录"),
    ApiCode.SIGN_IN_FAILED: (S.UNAUTHORIZED, "账号或口令不对"),
    ApiCode.CROSS_SITE: (S.FORBIDDEN, "请求来自其他网站"),
    ApiCode.NOT_FOUND: (S.NOT_FOUND, "没有这个地址"),
    ApiCode.METHOD_NOT_ALLOWED: (S.METHOD_NOT_ALLOWED, "这个地址不接受这种请求"),
    ApiCode.UNKNOWN_FIRM: (S.NOT_FOUND, "登记库没有这家企业"),
    ApiCode.UNKNOWN_DRAFT: (S.NOT_FOUND, "没有这份草稿"),
    ApiCode.UNKNOWN_FILE: (S.NOT_FOUND, "没有这个文件"),
    ApiCode.UNKNOWN_FINDING: (S.NOT_FOUND, "没有这条预审提示"),
    ApiCode.DRAFT_CLOSED: (S.CONFLICT, "草稿已移交"),
    ApiCode.DRAFT_SUBMITTED: (S.CONFLICT, "草稿已经提交"),
    ApiCode.UNKNOWN_CREDIT: (S.NOT_FOUND, "没有这条信用记录"),
    ApiCode.CREDIT_REPAIRED: (S.CONFLICT, "信用记录已经修复"),
    ApiCode.UNKNOWN_ABSENCE: (S.NOT_FOUND, "没有这条请假、出差的登记"),
    ApiCode.KEY_MISSING: (S.BAD_REQUEST, "缺少幂等键"),
    ApiCode.VERSION_MISSING: (S.PRECONDITION_REQUIRED, "缺少版本"),
    ApiCode.TOO_LARGE: (S.REQUEST_ENTITY_TOO_LARGE, "内容过大"),
    ApiCode.MEDIA_TYPE: (S.UNSUPPORTED_MEDIA_TYPE, "文件类型不接收"),
    ApiCode.FILE_UNUSABLE: (S.UNPROCESSABLE_ENTITY, "文件打不开或者不完整"),
    ApiCode.TOO_MANY: (S.TOO_MANY_REQUESTS, "尝试次数过多"),
    ApiCode.STORAGE_FULL: (S.INSUFFICIENT_STORAGE, "存储空间不足"),
    ApiCode.SIGNATURE_MISSING: (S.UNAUTHORIZED, "没有签名"),
    ApiCode.SIGNATURE_INVALID: (S.UNAUTHORIZED, "签名不对"),
    ApiCode.SIGNATURE_STALE: (S.UNAUTHORIZED, "签名已过时"),
    ApiCode.SIGNATURE_FUTURE: (S.UNAUTHORIZED, "签名时间在将来"),
    ApiCode.CALLBACK_REPLAYED: (S.CONFLICT, "这条回传已经收过"),
    ApiCode.CALLBACK_ALTERED: (S.CONFLICT, "同一编号的回传内容不同"),
    ApiCode.UNKNOWN_CONNECTION: (S.NOT_FOUND, "没有这个对接"),
    ApiCode.CONNECTION_INACTIVE: (S.CONFLICT, "对接没有启用"),
    ApiCode.TASK_NOT_ASSIGNED: (S.NOT_FOUND, "待办没有交给这个系统"),
    ApiCode.UNKNOWN_ASSIGNMENT: (S.NOT_FOUND, "没有这次派送"),
    ApiCode.ASSIGNMENT_OVER: (S.CONFLICT, "派送已经结束"),
    ApiCode.ENGINE_AWAY: (S.SERVICE_UNAVAILABLE, "办理引擎暂时不可用"),
    ApiCode.REGISTER_AWAY: (S.SERVICE_UNAVAILABLE, "登记库暂时不可用"),
    ApiCode.INTERNAL: (S.INTERNAL_SERVER_ERROR, "系统内部错误"),
}
