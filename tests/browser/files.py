"""What is in the files that somebody uploads in the town: a plan, and rows that hardly can be."""

from __future__ import annotations

FOLK, FREE = "1012", "1013"


def plan(year: int, *, most: int = 300) -> dict:
    return {
        "code": "trivsel",
        "title": "Plan for trivsel",
        "year": year,
        "municipality_code": "101",
        "school_categories": [
            {"type_code": FOLK, "category": "folkeskole", "valid_from": "1900-01-01"},
            {"type_code": FREE, "category": "fri_privat", "valid_from": "1900-01-01"},
        ],
        "initiatives_without_target": [
            {"code": "N1", "level": "Kommune", "title": "Netværk", "text": "Mødes hver måned."}
        ],
        "target_groups": [
            {
                "number": 1,
                "title": "Unge",
                "goals": [
                    goal("1", "Elever i samtale", measure("1.folk", audience="elever", school_category="folkeskole", target_min=200, target_max=most)),
                    goal("2", "Forældre på banen", measure("2.foraeldre", audience="forældre", target_min=80)),
                    {**goal("3", "Netværket virker", {"code": "3.tekst", "kind": "narrative", "text": "Netværket mødes."}), "rule": "judged"},
                ],
            }
        ],
    }  # fmt: skip


def goal(code: str, title: str, *measures: dict) -> dict:
    return {"code": code, "title": title, "text": title, "rule": "all", "measures": list(measures)}


def measure(code: str, **other: object) -> dict:
    return {"code": code, "kind": "participations", **other}


def doubtful(year: int, *, school: str) -> list[dict]:
    """Rows that can be, and hardly are."""
    row = {
        "plan": "trivsel", "workshop": "Ord der samler", "målgruppe": "elever", "start": "10:00",
        "slut": "11:30", "status": "afholdt", "institutionsnummer": school, "klassetrin": "7",
        "tilmeldt": "27", "voksne": "2", "godkendt": f"{year}-06-01", "fremmødt": "24",
    }  # fmt: skip
    changes = (
        {"fremmødt": "99999"}, {"voksne": "40"}, {"klassetrin": "9"}, {"status": "aflyst"},
        {"dato": f"{year - 9}-05-06", "godkendt": f"{year - 9}-05-07"},
    )  # fmt: skip
    return [
        {"nr": str(nr), "session": f"D{nr}", "dato": f"{year}-05-0{nr}", "klasse": f"7.{'ABCDE'[nr - 1]}",
         **row, **change}
        for nr, change in enumerate(changes, start=1)
    ]  # fmt: skip
