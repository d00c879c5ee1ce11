"""Why an answer is as it is: how the question was read, what was found, and what became of it."""

from collections.abc import Iterator

from assistant.answer import Answer, Route


def explain(answer: Answer) -> list[str]:
    """The explanation, a line each; a list of candidates if the answer comes from a search, best first.

    A candidate's score is given as a share of the best one's, which decides how many clauses are cited.
    """
    return [*_reading(answer), *_candidates(answer)]


def _reading(answer: Answer) -> Iterator[str]:
    if answer.standalone and answer.standalone != answer.question:
        yield f"理解为：{answer.standalone}"
    yield f"查找方式：{answer.route.value}"
    if answer.probability is not None:
        verdict = "作答" if answer.refusal is None else "不作答"
        yield f"文件对此有答案的可能性：{answer.probability:.0%}，{verdict}"
    elif answer.refusal is not None:
        yield f"不作答的原因：{answer.refusal.value}"


def _candidates(answer: Answer) -> Iterator[str]:
    if answer.route is not Route.SEARCH or not answer.retrieved:
        return
    ranked = sorted(answer.retrieved, key=lambda item: -item.score)
    cited = {group.clause.id for group in answer.groups}
    best = ranked[0].score
    yield "检索到的条款（得分以第一条为 100%，得分相近的才引用）："
    for place, item in enumerate(ranked, 1):
        verdict = "已引用" if item.clause.id in cited else "未引用"
        share = max(0.0, item.score / best) if best > 0 else 1.0
        read = "" if item.judged is None else f"，读后认为答了所问的可能 {item.judged:.0%}"
        yield f"{place}. {share:.0%}{read}，{verdict}：{answer.place(item.clause)}"
