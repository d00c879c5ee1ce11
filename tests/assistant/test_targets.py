"""A sentence sets a target if, between two commas, it names an aim and a figure, hidden or not, in any field."""

import pytest

from assistant.targets import sets_target


@pytest.mark.parametrize(
    "sentence",
    [
        "改造供水管网，力争农村自来水普及率达到92%。",
        "确保水库除险加固完成35座。",
        "万元工业增加值用水量下降16%以上。",
        "管网漏损率控制在9％以内。",
        "新建幼儿园12所，新增学位3,600个。",
        "义务教育巩固率不低于*%。",
        "力争新增公办学位*万个。",
        "平均班额降低到四十五人。",
        "纳税服务满意度提高*.*个百分点。",
        "办理时间减少三天。",
        "新增减税降费12.5亿元左右。",
        "完成营造林两万亩。",
    ],
)
def test_aim_with_a_figure_is_a_target(sentence: str) -> None:
    assert sets_target(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "。",
        "加强水源地保护，严禁排污。",
        "统筹推进城乡教育一体化。",
        "确保校舍安全。",
        "落实税收优惠政策，畅通申诉渠道。",
        "2023年是关键之年。",
        "本办法自2019年1月1日起施行。",
        "力争水质达标，共有水库35座。",
        "把握“*”取向。",
    ],
)
def test_aim_or_figure_alone_is_none(sentence: str) -> None:
    assert not sets_target(sentence)
