"""The words with which policy documents set targets.

Every name but `MODALS` is a regular expression of alternatives, to be put into brackets where it is used.
"""

MODALS = ("力争", "确保", "争取", "保证", "力求", "务必")
"""Words that say how firmly a target is meant. They are kept as they stand; none is ever turned into another."""

MODAL = r"(?<![财人物])力争|确保|争取|(?<!有)保证(?!金)|力求|务必"
DRIVE = "推动|推进|支持|引导|促进|带动|抓好|协调"
"""Verbs that set something else in motion: 推动…达到."""

MANNER = "积极|加快|尽快|持续|成功|柔性|基本|总体|均|年均|各|率先|稳定|原则上|至少|累计|再|新"
MANNERS = f"(?:{MANNER})*"
ACHIEVE = (
    "争创|创建|创成|培育|建成|建设|[新扩改]建|命名|申报|认定|评定|引进|引育|招引|改造|新增|设立|开工|组建|打造|培养|培训|完成|实现|"
    "达成|到位|选择|遴选|选派|配备|治理|修复|整治|投放|发放|吸引|转化|形成|布局|孵化|淘汰|关闭|安置|实施|推广(?:应用)?|发布|守住|守牢|"
    "增加|减少|降低|压减"
)
"""Verbs whose object can be counted: 新培育…*家."""

ACHIEVE_INSIDE = "完成|实现|新增|建成|达成"
"""Those that may follow a subject; the others are part of its name more often than not (科技成果转化)."""

LIMIT = "不(?:低于|少于|高于|超过|突破|大于|小于|晚于|早于)|(?:控制|稳定|保持|维持)在|迈上|跨越|超过?|突破|达到?"
CHANGE = "(?:提高|提升|增加|增长|扩大|降低|下降|减少|压减|压缩|缩短)[到至为]?|[增升降缩]至|翻"
ABOUT = "(?:(?<![签节合履条预违契])约|(?<![附临最靠])近|逾)"
LEVEL = f"(?:{LIMIT}|{CHANGE}){ABOUT}?"
"""Verbs that put an indicator at a figure: 增长*%. Alone they may state a rule or a fact."""

BOUND = "(?:及?以上|以内|以下|左右|之内)"

_YEAR = r"(?:20\d\d年|“十[三四五六]五”)"
_BEFORE = "(?:之?前)"
TIME = (
    rf"[到至]{_YEAR}(?:\d{{1,2}}月)?[底末]?{_BEFORE}?|20\d\d年(?:\d{{1,2}}月)?(?:[底末]{_BEFORE}?|{_BEFORE})|"
    rf"“十[三四五六]五”(?:时期|期间|末)|\d{{1,2}}月底?{_BEFORE}|(?:\d{{1,2}}|[一二两三四五六七八九十])年内|"
    rf"全年|年内|每年|(?:[今明本]年)?年底{_BEFORE}?"
)
"""Deadlines and periods."""

STATED = "已|(?<![为除])了(?!解)|(?<![比较])(?:去年|上年)|近年来|截至|(?<!项)目前|以来|过去|[共现]有"
"""Marks of a report on what has been reached."""

RULE = (
    "不得|应当|可以|可[在按]|有权|禁止|严禁|给予|补助|补贴|奖励|奖补|罚款|处以|减免|[减免]征|缴纳|征收|扣除|贴息|标准为|"
    "最高(?=[0-9*])"
)
"""Marks of a rule or a rate, which say what is due to whom, not what is to be reached."""

CONDITION = "(?:对于?|凡|如果?|若|符合|按照?|根据|针对|超过)"
"""Words that open a condition."""
