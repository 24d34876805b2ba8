"""What a careless or hostile user hands over: a clear message, the rest goes on, nothing vanishes."""

import json

import pytest


def rejected(command) -> list[dict]:
    code, out, _ = command("sources", "rejected", "--json")
    assert code == 0
    return json.loads(out)


def pulled(command) -> dict[str, dict]:
    code, out, _ = command("pull", "--json")
    assert code == 0
    return {source["source"]: source for source in json.loads(out)["sources"]}


def test_clean_exports_are_read_without_a_rejection(command):
    assert pulled(command)["tickets"]["conversations"] == 6
    assert rejected(command) == []


@pytest.mark.parametrize("name", ["accounts.csv", "contacts.csv", "tickets.jsonl"])
def test_an_empty_file_is_said_and_the_rest_goes_on(company, command, name):
    (company.raw / name).write_text("")

    counts = pulled(command)

    assert counts["calls"]["conversations"] == 1
    (row,) = rejected(command)
    assert row["file"].endswith(name)
    assert "empty" in row["reason"]


def test_a_csv_without_its_key_column_names_what_it_found(company, command):
    company.write_accounts(
        header=("nummer", "name", "domain", "arr", "currency", "tier", "segment")
    )

    counts = pulled(command)

    assert counts["tickets"]["conversations"] == 6
    (row,) = rejected(command)
    assert row["line"] == 1
    assert "account_id" in row["reason"]


def test_a_truncated_json_line_is_listed_with_its_line(company, command):
    company.write_tickets('{"id": "t9", "comments": [{"body": "the secret sentence of a customer')

    counts = pulled(command)

    assert counts["tickets"]["conversations"] == 6
    (row,) = rejected(command)
    assert row["line"] == 7
    assert "secret sentence" not in row["reason"]


def test_a_vtt_in_latin_1_is_read_and_said(company, command):
    company.write_call(
        "2026-09-03_c2",
        "Ann Lee: Das ständige Kopieren der Übersicht kostet mich zwei Tage.",
        encoding="latin-1",
    )

    counts = pulled(command)

    assert counts["calls"]["conversations"] == 2
    (row,) = rejected(command)
    assert row["file"].endswith("2026-09-03_c2.vtt")
    _, out, _ = command("export", "utterances")
    assert "Übersicht" in out


def test_an_account_twice_with_another_arr_is_rejected_with_both_lines(company, command):
    company.accounts.append(["a1", "Acme", "acme.example", "9999", "USD", "top", "mid-market"])
    company.write_accounts()

    pulled(command)

    (row,) = rejected(command)
    assert row["line"] == 4
    assert "2" in row["reason"]


def test_a_conversation_in_the_future_is_rejected_with_its_line(company, command):
    company.tickets.append(company.ticket(7, created_at="2999-01-01T00:00:00Z"))
    company.write_tickets()

    counts = pulled(command)

    assert counts["tickets"]["conversations"] == 6
    (row,) = rejected(command)
    assert (row["line"], "future" in row["reason"]) == (7, True)


def test_a_corrected_file_clears_its_rejections(company, command):
    company.write_tickets('{"id": "t9"')
    pulled(command)
    assert len(rejected(command)) == 1

    company.write_tickets()
    pulled(command)

    assert rejected(command) == []


def test_pulling_twice_gives_nothing_new(command):
    pulled(command)

    assert sum(source["conversations"] for source in pulled(command).values()) == 0


def test_a_persona_with_an_unknown_key_is_named_with_its_line(company, command):
    command("personas", "show")
    (company.workspace / "persona_library" / "bad.yaml").write_text(
        "id: bad\nname: Bad\npainz: []\n"
    )

    code, out, _ = command("personas", "show")
    assert (code, "ops-lead" in out) == (0, True)
    from next_evidence.workspace.workspace import Workspace

    work = Workspace.open(company.workspace)
    (problem,) = work.reading.problems
    work.close()
    assert "bad.yaml" in str(problem)
    assert "line 3: painz" in str(problem)


def test_wrong_settings_are_exit_code_2_and_all_named(company, command):
    command("sources", "list")
    settings = company.workspace / "next_evidence.yaml"
    settings.write_text(settings.read_text() + "\nmatchng: {}\ncadance: monthly\n")

    code, _, err = command("pull")

    assert code == 2
    assert "matchng" in err
    assert "cadance" in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("export", "nothing"), "no table"),
        (("run", "--since", "yesterday"), "2026-W40"),
        (("run", "--since", "2999-01"), "future"),
        (("run", "--since", "2026-W03"), "cadence"),
        (("pull", "nosuch"), "no source named"),
        (("brief",), "no cycle was reported"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_way_on(command, arguments, said):
    code, _, err = command(*arguments)

    assert (code, said in err) == (2, True)


def test_a_missing_folder_of_a_source_fails_that_source_only(company, command):
    command("sources", "list")
    import shutil

    shutil.rmtree(company.raw / "calls")

    code, out, _ = command("pull", "--json")

    counts = {source["source"]: source for source in json.loads(out)["sources"]}
    assert code == 1
    assert counts["calls"]["error"]
    assert counts["tickets"]["conversations"] == 6


def test_nothing_that_a_vendor_says_is_stored(company, command):
    company.tickets[0]["comments"].append(
        {"id": 2, "author": {"email": "dana@vendor.example", "role": "agent"}, "public": True,
         "created_at": "2026-08-04T09:00:00Z", "body": "We know that manual reporting takes days for most teams."}
    )  # fmt: skip
    company.write_tickets()
    pulled(command)

    _, out, _ = command("export", "utterances")

    assert "most teams" not in out


def test_people_are_masked_before_anything_is_stored(company, command):
    company.tickets[1] = company.ticket(
        1, body="Ask Ann Lee or write to ann@acme.example, she copies the numbers by hand."
    )
    company.write_tickets()
    pulled(command)

    stored = b"".join(
        path.read_bytes() for path in (company.workspace / ".next-evidence").glob("store.sqlite*")
    )

    assert b"Ask Ann" not in stored
    assert b"she copies the numbers" in stored


def test_exported_columns_hold_the_contract(command):
    pulled(command)

    _, out, _ = command("export", "utterances", "--format", "csv")

    header = out.splitlines()[0].split(",")
    wanted = [
        "utterance_id",
        "conversation_id",
        "source",
        "kind",
        "account_id",
        "contact_id",
        "side",
        "spoken_at",
        "cycle",
        "text",
        "url",
    ]
    assert set(wanted) <= set(header)
