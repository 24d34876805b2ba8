from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.text.models import default_names, model_installed
from next_evidence.text.names import NameList, fold, tokens
from next_evidence.text.patterns import iban_holds, luhn_holds
from next_evidence.text.redact import Masker

CRM = ["Jo Lund", "Will Grant", "Vik Ekström", "Marlow Health", "Anna van der Berg"]
PIECES = st.lists(
    st.sampled_from(
        ["Jo", "Lund", "Will", "Grant", "will grant", "Tomasz", "Mr Oyelaran", "jo.lund@acme.example", "+44 20 7946 0182", "password:", "hunter2", "is",
         "https://a.example/?t=1", "@jane.doe", "4111 1111 1111 1111", "[person]", "[secret]", "Hi", "Thanks", ",", ".", "\n", "Salesforce", "$90k", "-", ":", "12 Main Street"]
    ),
    max_size=16,
).map(" ".join)  # fmt: skip


class ListedNames:
    """Calls the given words persons, wherever they stand."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.asked: list[str] = []

    def find(self, texts):
        self.asked += texts
        return [
            [
                (text.index(word), text.index(word) + len(word))
                for word in self.words
                if word in text
            ]
            for text in texts
        ]


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail jo.lund@acme.example please", "mail [email] please"),
        ("ring 0161 496 0733 after two", "ring [phone] after two"),
        ("(+49 30 5550 0147).", "([phone])."),
        ("card 4111 1111 1111 1111 was charged", "card [number] was charged"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [number]"),
        ("password: hunter2", "password: [secret]"),
        ("the password is Winter2024 now", "the password is [secret] now"),
        ("token xoxb-12345678-abcdef leaked", "token [secret] leaked"),
        ("see https://a.example/x?token=1.", "see [url]."),
        ("postgres://user:pw@host/db fails", "[url] fails"),
        ("ask @jane.doe", "ask [person]"),
        ("we moved to 12 Main Street", "we moved to [address]"),
        ("Mr Oyelaran pays", "Mr [person] pays"),
        ("Ask Tomasz Wierzba, he knows", "Ask [person], he knows"),
        ("Contact: Xqra Brandtz, xb@kestrel.example", "Contact: [person], [email]"),
    ],
)
def test_personal_data_becomes_a_placeholder(text, masked):
    assert Masker().mask(text) == masked


@pytest.mark.parametrize(
    "evidence",
    [
        "we pay $90k a year, 1,250,000 rows on 2026-10-02T09:00:04Z, v2.1.3, ticket #40817",
        "Salesforce, Stripe, HubSpot and VLOOKUP disagree by 1.8 percent since March",
        "3 Google Drive folders and 50 000 rows, 192.168.100.200",
        "password: reset link fails",
        "the token is expired and the password is wrong",
        "docs at https://docs.acme.example/page are outdated",
        "Will it grant access? May is when we close. Mark it as done.",
        "the admin will grant access in May",
        "customers_by_region_2024_q3_v2 and opportunity_stage_changed_at_utc are null",
        "call volume rose from 1200000 to 1400000",
        "Hello, Warn me before columns vanish",
        "Frank Foods and Lewis Logistics left",
    ],
)
def test_evidence_survives(evidence):
    assert (
        Masker(["Will Grant", "May Young"]).mask(
            evidence, people=["Will Grant", "May Young", "Mark Day"]
        )
        == evidence
    )


def test_full_names_of_the_crm_are_masked_in_any_case_and_accent():
    masker = Masker(CRM)

    assert (
        masker.mask("jo lund and VIK EKSTROM and Anna van der Berg")
        == "[person] and [person] and [person]"
    )


def test_single_names_count_only_for_people_of_the_conversation():
    masker = Masker(["Quorra Zed"])

    assert masker.mask("Quorra said so", people=["Quorra Zed"]) == "[person] said so"
    assert masker.mask("Quorra said so") == "Quorra said so"
    assert masker.mask("quorra said so", people=["Quorra Zed"]) == "quorra said so"


def test_a_name_that_is_a_word_needs_a_second_sign():
    names = ListedNames("Will")

    assert Masker().mask("Will you fix it", people=["Will Hay"]) == "Will you fix it"
    assert Masker().mask("Thanks Will, bye", people=["Will Hay"]) == "Thanks [person], bye"
    assert (
        Masker(names=names).mask("so Will Xu broke it", people=["Will Hay"])
        == "so [person] broke it"
    )
    assert Masker(names=names).mask("Will broke it", people=["Will Hay"]) == "[person] broke it"
    assert Masker(names=names).mask("Will broke it") == "Will broke it"


def test_account_names_stay_unless_a_person_is_called_the_same():
    text = "Marlow Health and Fathom Bank renewed"

    assert Masker(keep=["Marlow Health", "Fathom Bank"]).mask(text) == text
    assert (
        Masker(["Marlow Health"], keep=["Marlow Health", "Fathom Bank"]).mask(text)
        == "[person] and Fathom Bank renewed"
    )


def test_a_person_here_wins_over_an_account_of_one_word():
    masker = Masker(keep=["Marlow"])

    assert masker.mask("so Marlow renewed") == "so Marlow renewed"
    assert masker.mask("so Marlow renewed", people=["Tim Marlow"]) == "so [person] renewed"


def test_a_handle_beside_its_name_is_one_person():
    assert Masker(CRM).mask("ask @jo.lund Jo Lund about it") == "ask [person] about it"


@pytest.mark.parametrize(
    "wrong", ["Salesforce", "VLOOKUP", "HubSpot Admin", "Cork", "Brightwater Logistics"]
)
def test_what_a_model_wrongly_calls_a_person_stays(wrong):
    text = f"we asked for {wrong} twice"

    assert Masker(names=ListedNames(wrong)).mask(text) == text


def test_a_model_is_asked_only_where_a_capital_is_unexplained():
    names = ListedNames()
    texts = [
        "the export fails",
        "Salesforce fails",
        "It fails. Then Monday came",
        "we met Xqra there",
    ]

    Masker(names=names).mask_all(texts, people=[()] * 4)

    assert names.asked == ["we met Xqra there"]


def test_a_model_is_asked_again_about_what_it_found_somebody_in():
    class SecondSight(ListedNames):
        def find(self, texts):
            return [
                spans if self.words[0] in text or "[person]" in text else []
                for text, spans in zip(texts, super().find(texts), strict=True)
            ]

    class OneAtATime(SecondSight):
        def find(self, texts):
            return [spans[:1] for spans in super().find(texts)]

    masked = Masker(names=OneAtATime("Xqra", "Yxqo")).mask("we told Xqra and then Yxqo about it")

    assert masked == "we told [person] and then [person] about it"


def test_no_model_is_a_value_and_not_a_failure():
    assert not Masker().finds_unlisted_people
    assert default_names("no_such_model_at_all") is None


@given(st.one_of(PIECES, st.text(max_size=200)))
def test_masking_is_idempotent(text):
    masker = Masker(CRM, keep=["Marlow Health"], names=ListedNames("Xqra", "Jo"))
    once = masker.mask(text, people=CRM)

    assert masker.mask(once, people=CRM) == once


@given(PIECES, st.text(max_size=30))
def test_no_listed_name_or_address_survives(before, after):
    text = f"{before} Vik Ekström {after} jo.lund@acme.example "

    masked = Masker(CRM).mask(text)

    assert "Ekström" not in masked.replace(after, "")
    assert "jo.lund@acme" not in masked.replace(after, "")


@given(st.lists(PIECES, min_size=1, max_size=6), st.randoms())
def test_masking_does_not_depend_on_what_else_is_masked(texts, random):
    masker = Masker(CRM, names=ListedNames("Xqra", "Jo"))
    order = list(range(len(texts)))
    random.shuffle(order)

    together = masker.mask_all([texts[i] for i in order], people=[CRM] * len(texts))

    assert together == [masker.mask(texts[i], people=CRM) for i in order]


def test_check_digits_tell_cards_and_ibans_from_numbers():
    assert luhn_holds("5500 0000 0000 0004")
    assert not luhn_holds("0000 0000 0000 0000")
    assert iban_holds("GB82WEST12345698765432")
    assert not iban_holds("GB82WEST12345698765433")


def test_one_of_a_hundred_thousand_contacts_is_masked():
    letters = ["".join(pair) for pair in itertools.product("bcdfghjklm", repeat=5)]
    many = Masker(f"John X{word}" for word in letters)
    masked = many.mask_all(["we told john xbbbbc twice about the export"] * 300, people=[()] * 300)

    assert set(masked) == {"we told [person] twice about the export"}


def test_tokens_hold_offsets_and_drop_possessives():
    text = "Darren's O’Brien—[person] Ekström"

    found = tokens(text)

    assert [token.text for token in found] == ["Darren", "O’Brien", "[person]", "Ekström"]
    assert all(text[token.start : token.end] == token.text for token in found)
    assert fold("Ekström") == "ekstrom"
    assert "vik ekstrom" in NameList(["Vik Ekström"])


@pytest.mark.parametrize(
    "hostile",
    ["a" * 100_000, "0" * 100_000, "1 " * 50_000, "a@" * 50_000, "http://" * 14_000, "Aa1" * 33_000, "password is " * 8_000, "+1" * 50_000,
     "Unit 1 A " * 11_000, "1 Aa " * 20_000, "AB12 " * 20_000, "Jo " * 33_000, "Jo Lund " * 12_000, "😀" * 50_000, "אבג " * 25_000, "\x00" * 100_000,
     "-----BEGIN PRIVATE KEY-----" * 3_500, "Anna van der " * 7_000, "Hi Will, " * 11_000],
    ids=lambda text: text[:8].strip(),
)  # fmt: skip
def test_long_hostile_texts_are_masked_once_and_for_all(hostile):
    masker = Masker(CRM, keep=["Marlow Health"])

    masked = masker.mask(hostile, people=CRM)

    assert masker.mask(masked, people=CRM) == masked


@pytest.mark.model
@pytest.mark.skipif(not model_installed(), reason="the packaged model is not installed")
def test_the_packaged_model_finds_people_whom_no_list_knows():
    masked = Masker(names=default_names()).mask(
        "We escalated through Stellan Moreauz, our contractor, on Friday."
    )

    assert "Moreauz" not in masked
