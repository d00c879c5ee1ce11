"""The search drops into a LangChain chain, and its documents stand where they say."""

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnablePassthrough
from pydantic import ValidationError

from assistant.assistant import Assistant

QUESTION = "粮食产量有什么目标"


def test_documents_are_the_clauses_that_the_search_finds(assistant: Assistant) -> None:
    found = assistant.as_retriever(k=3).invoke(QUESTION)
    assert [one.metadata["clause_id"] for one in found] == [
        hit.clause.id for hit in assistant._retriever.search(QUESTION, 3)
    ]
    assert [one.metadata["score"] for one in found] == sorted((one.metadata["score"] for one in found), reverse=True)


def test_a_document_s_text_stands_at_its_place(assistant: Assistant) -> None:
    texts = {parsed.document.name: parsed.document.text for parsed in assistant.documents}
    for one in assistant.as_retriever(k=10).invoke(QUESTION):
        place = slice(one.metadata["start"], one.metadata["end"])
        assert texts[one.metadata["document"]][place] == one.page_content


def test_it_is_a_part_of_anybody_s_chain(assistant: Assistant) -> None:
    prompt = ChatPromptTemplate.from_template("{evidence}\n{question}")
    model = FakeListChatModel(responses=["好"])
    chain = {"evidence": assistant.as_retriever(), "question": RunnablePassthrough()} | prompt | model
    assert (chain | StrOutputParser()).invoke(QUESTION) == "好"


def test_a_number_that_makes_no_sense_is_refused(assistant: Assistant) -> None:
    with pytest.raises(ValidationError):
        assistant.as_retriever(k=0)
