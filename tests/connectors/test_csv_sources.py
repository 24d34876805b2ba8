"""Surveys, reviews, accounts and contacts in CSV."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from next_evidence.errors import SettingsError
from next_evidence_connectors._csv import plain_name
from next_evidence_connectors.accounts_csv import AccountsConnector
from next_evidence_connectors.contacts_csv import ContactsConnector
from next_evidence_connectors.reviews_csv import ReviewsConnector
from next_evidence_connectors.surveys_csv import SurveysConnector


@pytest.fixture
def surveys(tmp_path, pull):
    def run(text, **options):
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "s.csv").write_bytes(data)
        return pull(SurveysConnector, file="s.csv", **options)

    return run


@pytest.fixture
def accounts(tmp_path, pull):
    def run(text, **options):
        (tmp_path / "a.csv").write_text(text)
        return pull(AccountsConnector, file="a.csv", **options)

    return run


# ---- the file as such


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_delimiters_newlines_and_encodings_do_not_matter(surveys, delimiter, newline, encoding):
    rows = [
        ("Response ID", "Submitted At", "Comment"),
        ("R1", "2026-10-02", 'Größe, "5"; |'),
        ("R2", "2026-10-03", "two"),
    ]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=newline).writerows(rows)

    pulled = surveys(text.getvalue().encode(encoding))

    assert pulled.said == ['Größe, "5"; |', "two"]
    assert [row.origin for row in pulled.conversations] == ["s.csv:2", "s.csv:3"]
    assert pulled.rejected == []


def test_excels_separator_line_is_obeyed(surveys):
    assert surveys("sep=;\nresponse_id;submitted_at;answer\nR1;2026-10-02;a,b\n").said == ["a,b"]


def test_quoted_newlines_keep_their_text_and_count_in_lines(surveys):
    pulled = surveys(
        'response_id,submitted_at,answer\nR1,2026-10-02,"one\n\ntwo"\nR2,soon,x\nR3,2026-10-02,y\n'
    )

    assert pulled.said == ["one\n\ntwo", "y"]
    assert [row.origin for row in pulled.conversations] == ["s.csv:2", "s.csv:6"]
    assert pulled.where == [("s.csv", 5)]


def test_an_open_quote_costs_its_row_and_not_the_rest(surveys):
    pulled = surveys(
        'response_id,submitted_at,answer\nR1,2026-10-02,"open\nR2,2026-10-02,two\nR3,2026-10-02,"three"\nR4,2026-10-02,four\n'
    )

    assert pulled.said == ["two", "three", "four"]
    assert pulled.where == [("s.csv", 2)]
    assert "quote" in pulled.rejected[0].reason


def test_an_open_quote_before_much_text_costs_its_row_and_not_the_rest(surveys):
    rows = "".join(f"R{n},2026-10-02,{'word ' * 100}\n" for n in range(2, 600))

    pulled = surveys(f'response_id,submitted_at,answer\nR1,2026-10-02,"open\n{rows}')

    assert len(pulled.conversations) == 598
    assert pulled.where == [("s.csv", 2)]


def test_a_row_with_too_many_cells_is_rejected_and_one_with_too_few_is_filled(surveys):
    pulled = surveys(
        "response_id,submitted_at,answer,language\nR1,2026-10-02,a,b,c\nR2,2026-10-02,two\nR3,2026-10-02,three,en,,\n"
    )

    assert pulled.said == ["two", "three"]
    assert pulled.where == [("s.csv", 2)]
    assert "5 cells where the header has 4" in pulled.rejected[0].reason


def test_a_missing_column_rejects_the_file_and_says_what_was_found(surveys):
    pulled = surveys("response_id,when,answer\nR1,2026-10-02,secret words\n")

    assert pulled.conversations == []
    assert pulled.where == [("s.csv", 1)]
    assert (
        pulled.rejected[0].reason == "missing column submitted_at; found response_id, when, answer"
    )


def test_a_file_without_a_header_does_not_have_its_first_row_repeated(surveys):
    pulled = surveys("R1,2026-10-02,secret words\n")

    assert pulled.where == [("s.csv", 1)]
    assert "secret" not in pulled.rejected[0].reason
    assert (
        "expected response_id, submitted_at, answer or comment or verbatim in"
        in pulled.rejected[0].reason
    )


@pytest.mark.parametrize(
    ("text", "reason"), [("", "empty"), ("\n\n", "no rows"), (b"a\x00b\n", "header cannot be read")]
)
def test_files_without_rows_are_rejected(surveys, text, reason):
    pulled = surveys(text)

    assert pulled.conversations == []
    assert reason in pulled.rejected[0].reason


def test_a_header_alone_is_no_rejection(surveys):
    assert surveys("response_id,submitted_at,answer\n").rejected == []


def test_latin_1_is_read_and_told_once(surveys):
    pulled = surveys(
        "response_id,submitted_at,answer\nR1,2026-10-02,ok\nR2,2026-10-02,Größe\nR3,2026-10-02,Maße\n".encode(
            "latin-1"
        )
    )

    assert pulled.said == ["ok", "Größe", "Maße"]
    assert pulled.where == [("s.csv", 3)]
    assert "read as Latin-1" in pulled.rejected[0].reason


def test_nul_bytes_cost_their_row(surveys):
    pulled = surveys(b"response_id,submitted_at,answer\nR1,2026-10-02,a\x00b\nR2,2026-10-02,two\n")

    assert pulled.said == ["two"]
    assert pulled.where == [("s.csv", 2)]


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        (" Account ID ", "account_id"),
        ("accountId", "account_id"),
        ("ARR (USD)", "arr"),
        ("E-Mail", "e_mail"),
        ('\ufeff"id"', "id"),
        ("NPS  score", "nps_score"),
    ],
)
def test_headers_are_compared_in_one_form(header, plain):
    assert plain_name(header) == plain


CELLS = (
    st.text(
        st.characters(codec="utf-8", exclude_categories=("C",), include_characters="\n\t"),
        min_size=1,
        max_size=12,
    )
    .map(str.strip)
    .filter(bool)
)


@settings(deadline=None)
@given(
    answers=st.lists(CELLS, min_size=1, max_size=8),
    delimiter=st.sampled_from(",;\t|"),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig"]),
    last_newline=st.booleans(),
)
def test_what_is_written_is_read_back(
    answers, delimiter, newline, quoting, encoding, last_newline, tmp_path_factory
):
    root = tmp_path_factory.mktemp("csv")
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=quoting)
    writer.writerow(["response_id", "submitted_at", "answer"])
    writer.writerows([f"R{n}", "2026-10-02", answer] for n, answer in enumerate(answers))
    written = text.getvalue() if last_newline else text.getvalue().removesuffix(newline)
    (root / "s.csv").write_bytes(written.encode(encoding))

    pages = list(
        SurveysConnector.from_options({"file": "s.csv"}, root=root).pull(
            since=None, until=datetime.now(UTC)
        )
    )

    said = [turn.text for page in pages for row in page.conversations for turn in row.turns]
    assert said == answers
    assert [row for page in pages for row in page.rejected] == []


# ---- surveys


def test_rows_of_a_response_are_one_conversation(surveys):
    pulled = surveys(
        "response_id,submitted_at,respondent_email,account_id,nps,question,answer\n"
        "R1,2026-10-02T09:40:00Z,Jo@acme.example,acme,6,What is hard?,Everything is slow\n"
        "R1,2026-10-02T09:40:00Z,Jo@acme.example,acme,6,What else?,The export\n"
        "R2,2026-10-02T09:41:00Z,bo@acme.example,acme,9,What is hard?,\n"
    )

    first, second = pulled.conversations
    assert [turn.text for turn in first.turns] == ["Everything is slow", "The export"]
    assert first.participants[0].email == "jo@acme.example"
    assert first.participants[0].side == "customer"
    assert (first.account_id, first.started_at) == (
        "acme",
        datetime(2026, 10, 2, 9, 40, tzinfo=UTC),
    )
    assert second.turns == ()  # a score alone says nothing, and is no mistake
    assert pulled.rejected == []


def test_rows_of_a_response_that_lie_apart_are_all_kept(surveys):
    pulled = surveys(
        "response_id,submitted_at,answer\nR1,2026-10-02,one\nR2,2026-10-02,two\nR1,2026-10-02,three\nR2,2026-10-02,two\n"
    )

    assert [(row.conversation_id, row.turns[0].text) for row in pulled.conversations] == [
        ("R1", "one"),
        ("R2", "two"),
        ("R1-2", "three"),
    ]
    assert [(row.line, row.reason) for row in pulled.rejected] == [(5, "the same row as line 3")]


def test_all_columns_that_hold_answers_are_read(surveys):
    pulled = surveys(
        "response_id,submitted_at,answer,comment,feedback\nR1,2026-10-02,one,two,one\nR2,2026-10-02,,three,\n"
    )

    assert [[turn.text for turn in row.turns] for row in pulled.conversations] == [
        ["one", "two"],
        ["three"],
    ]


def test_open_questions_may_be_columns(surveys):
    pulled = surveys(
        "id,date,What is hard?,Anything else?\nR1,2026-10-02,Exports,Nothing\nR2,2026-10-02,,\n",
        answer_columns=("What is hard?", "Anything else?"),
    )

    assert [[turn.text for turn in row.turns] for row in pulled.conversations] == [
        ["Exports", "Nothing"],
        [],
    ]


def test_dates_that_may_be_two_name_the_setting_and_follow_it(surveys):
    text = "response_id,submitted_at,answer\nR1,03/04/2026,a\n"

    assert "date_order" in surveys(text).rejected[0].reason
    assert surveys(text, date_order="dmy").conversations[0].started_at.month == 4
    assert surveys(text, date_order="mdy").conversations[0].started_at.month == 3


# ---- reviews


def test_a_review_has_a_turn_for_each_part(tmp_path, pull):
    (tmp_path / "r.csv").write_text(
        "Review ID,Date,Company,Job Title,Pros,Cons,URL\nG1,2026-10-02,Acme,Controller,Quick start,Totals disagree,https://r.example/1\n"
    )

    (review,) = pull(ReviewsConnector, file="r.csv").conversations

    assert [turn.text for turn in review.turns] == ["Quick start", "Totals disagree"]
    assert (review.company, review.url, review.kind) == ("Acme", "https://r.example/1", "review")
    assert review.participants[0].title == "Controller"


def test_a_review_that_comes_twice_counts_once(tmp_path, pull):
    (tmp_path / "r.csv").write_text(
        "review_id,published_at,body\nG1,2026-10-02,one\nG1,2026-10-02,two\n,2026-10-02,three\n"
    )

    pulled = pull(ReviewsConnector, file="r.csv")

    assert pulled.said == ["one"]
    assert [row.reason for row in pulled.rejected] == [
        "review_id again, first on line 2",
        "review_id is empty",
    ]


# ---- accounts and contacts


def test_accounts_as_a_crm_exports_them(accounts):
    pulled = accounts(
        "Account ID;Account Name;Website;ARR (EUR);Account Tier;Segment;Region;Renewal Date\n"
        'A1;Acme GmbH;https://www.Acme.example/de;"12.400,50 €";top;enterprise;EMEA;2.10.2027\n'
        "A2;Bolt;bolt.example;;;;;\n"
    )

    first, second = pulled.accounts
    assert (first.account_id, first.name, first.domain) == ("A1", "Acme GmbH", "acme.example")
    assert (first.arr, first.currency, first.renewal_date) == (12400.5, "EUR", "2027-10-02")
    assert (second.arr, second.currency) == (None, "EUR")
    assert pulled.rejected == []


@pytest.mark.parametrize(
    ("header", "cell", "currency"),
    [
        ("arr", "5", "USD"),
        ("arr", "£5", "GBP"),
        ("ARR (EUR)", "5", "EUR"),
        ("arr_usd", "5", "USD"),
        ("ARR €", "5", "EUR"),
        ("Annual Recurring Revenue", "5 CHF", "CHF"),
    ],
)
def test_currency_comes_from_the_cell_then_the_header_then_the_setting(
    accounts, header, cell, currency
):
    found = accounts(f"account_id,{header}\nA1,{cell}\n").accounts[0]

    assert found.currency == currency


def test_an_account_whose_revenue_cannot_be_read_is_kept(accounts):
    pulled = accounts(
        "account_id,arr,renewal_date\nA1,lots,2027-01-01\nA2,-5,\nA3,12.400,\nA4,7,soon\n"
    )

    assert [(row.account_id, row.arr) for row in pulled.accounts] == [
        ("A1", None),
        ("A2", None),
        ("A3", None),
        ("A4", 7.0),
    ]
    assert [row.line for row in pulled.rejected] == [2, 3, 4, 5]
    assert all("is kept" in row.reason for row in pulled.rejected)
    assert not any("lots" in row.reason or "soon" in row.reason for row in pulled.rejected)
    assert accounts("account_id,arr\nA3,12.400\n", decimal=",").accounts[0].arr == 12400.0


def test_an_account_that_comes_twice_counts_once_and_both_lines_are_named(accounts):
    pulled = accounts("account_id,name,arr\nA1,Acme,5\nA1,Acme,6\nA1,Acme,5\n,Nobody,1\n")

    assert [(row.account_id, row.arr) for row in pulled.accounts] == [("A1", 5.0)]
    assert [(row.line, row.reason) for row in pulled.rejected] == [
        (3, "account_id again with other arr; line 2 counts"),
        (4, "the same account as on line 2"),
        (5, "account_id is empty"),
    ]


def test_an_account_that_changed_comes_again(accounts, tmp_path, pull):
    first = accounts("account_id,arr\nA1,5\nA2,5\nA3,5\n")
    (tmp_path / "a.csv").write_text("account_id,arr\nA1,5\nA2,6\nA3,5\n")

    second = pull(AccountsConnector, file="a.csv", since=first.cursor)

    assert [(row.account_id, row.arr) for row in second.accounts] == [
        ("A1", 5.0),
        ("A2", 6.0),
        ("A3", 5.0),
    ]
    assert second.files == ["a.csv"]


def test_a_duplicate_that_is_appended_is_still_seen(accounts, tmp_path, pull):
    first = accounts("account_id,arr\nA1,5\n")
    with (tmp_path / "a.csv").open("a") as more:
        more.write("A1,6\nA2,5\n")

    second = pull(AccountsConnector, file="a.csv", since=first.cursor)

    assert [row.account_id for row in second.accounts] == ["A2"]
    assert second.where == [("a.csv", 3)]


def test_contacts_as_a_crm_exports_them(tmp_path, pull):
    (tmp_path / "c.csv").write_text(
        "First Name,Last Name,Email Address,Job Title,Account\nOmar,Varga,Omar@Acme.example,RevOps,A1\nMo,Lund,,x,A1\nO,V,omar@acme.example,,A1\n"
    )

    pulled = pull(ContactsConnector, file="c.csv")

    (contact,) = pulled.contacts
    assert (contact.contact_id, contact.name, contact.account_id) == (
        "omar@acme.example",
        "Omar Varga",
        "A1",
    )
    assert contact.title == "RevOps"
    assert [row.reason for row in pulled.rejected] == [
        "contact_id and email are empty",
        "the same contact as on line 2",
    ]


def test_options_name_one_place(tmp_path):
    for options in ({}, {"file": "a.csv", "folder": "b"}):
        with pytest.raises(SettingsError, match="either `file` or `folder`"):
            AccountsConnector.from_options(options, root=tmp_path)
