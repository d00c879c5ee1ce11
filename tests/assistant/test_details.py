"""Which detail a question asks for, and which sentences give one."""

import pytest

from assistant.details import asked_details, lacks_detail


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("老旧小区改造住户要掏多少钱？", "money"),
        ("补贴多少一亩", "money"),
        ("總投資多少億", "money"),
        ("首付比例降到几成", "share"),
        ("失业率要控制在多少", "share"),
        ("什么时候开工？", "date"),
        ("几号开幕", "date"),
        ("算法备案变更多久之内要办", "duration"),
        ("这件事由哪个部门牵头？", "who"),
        ("旅博会在哪里办", "where"),
        ("投诉打哪个电话", "contact"),
        ("要新建多少所学校", "count"),
        ("一共批了几个自由贸易试验区", "count"),
        ("湿地占地多少亩", "measure"),
        ("补贴怎么申请", "procedure"),
        ("算法负责人要什么学历", "condition"),
        ("逾期不交怎么罚", "penalty"),
        ("记录要留存多长时间", "duration"),
    ],
)
def test_the_kind_of_detail_is_recognised(question: str, name: str) -> None:
    assert name in {detail.name for detail in asked_details(question)}


@pytest.mark.parametrize(
    "question",
    ["农业方面有哪些目标？", "怎样扩大消费？", "几个方面要抓好？", "第几条讲农业", "企业占地多产出少怎么考核"],
)
def test_a_topic_is_no_detail(question: str) -> None:
    assert not asked_details(question)


@pytest.mark.parametrize(
    ("question", "sentence", "lacks"),
    [
        ("粮食产量要稳在多少？", "确保粮食产量稳定在*亿斤以上", False),
        ("失业率控制在多少？", "确保城镇调查失业率控制在*.*%以内", False),
        ("失业保险金一个月发多少？", "推进基本养老保险全国统筹和失业保险省级统筹", True),
        ("理财子公司注册资本要多少亿元？", "投资于单只产品的金额不低于30万元", False),
        ("机场什么时候开工？", "加快建设*机场，力争完成航站楼主体工程。", True),
        ("变更多久内要办手续？", "应当在变更之日起十个工作日内办理变更手续", False),
        ("欠薪举报打哪个电话？", "扎实开展根治欠薪专项行动。", True),
        ("由哪个部门牵头？", "省教育厅牵头，省财政厅配合。", False),
        ("几天内要给答复？", "本办法自2010年3月1日起施行", True),
        ("竞业限制最长几年？", "情节严重的，2年内不得从事该业务", False),
        ("记录要留存多长时间？", "处方应当保存2年。", False),
        ("多久检查一次？", "每两年至少检查一次", False),
        ("一台补多少钱？", "落实“两个毫不动摇”，做好第五次全国经济普查", True),
        ("补贴标准是多少？", "按三折补助", True),
        ("市级财政的比例是多少", "由市级财政承担三成", False),
    ],
)
def test_a_sentence_gives_the_detail_or_lacks_it(question: str, sentence: str, lacks: bool) -> None:
    assert lacks_detail(asked_details(question), [sentence]) is lacks


def test_one_of_several_sentences_is_enough() -> None:
    asked = asked_details("什么时候完成？")
    assert lacks_detail(asked, ["加快推进。"])
    assert not lacks_detail(asked, ["加快推进。", "2025年6月底前完成。"])


def test_nothing_asked_is_nothing_lacking() -> None:
    assert not lacks_detail((), [])
