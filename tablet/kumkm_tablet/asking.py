"""Asking at the door, question by question. A wrong answer is asked again; typed answers are never thrown away.

If the user stops in the middle, by Ctrl-C or at the end of the input, the answers are kept as a draft for the next
time.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from kumkm_tablet.form import Finding, Form, Page, Question
from kumkm_tablet.outbox import Outbox
from kumkm_tablet.saying import Told, say, show

Answers = dict[str, Any]
_DRAFT = "draft:{}"
_NOTHING = "-"
_YES, _NO = ("", "y", "ya", "yes"), ("t", "tidak", "n", "no")


def ask_item(
    form: Form, outbox: Outbox, questionnaire: str, *, every: bool, listed: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A new item, or one that was begun and not finished; `listed`: the entry of the listing that it is about, whose
    answers are confirmed. Its draft stays until `drop_draft`."""
    item = _taken_up(outbox, questionnaire) or {"started_at": now(), "questionnaire": questionnaire, "answers": {}}
    if listed is not None and item.get("listing_id") != listed["listing_id"]:
        begun = {"listing_id": listed["listing_id"], "region_code": listed["region_code"]}
        item |= {**begun, "answers": json.loads(json.dumps(listed["answers"]))}
    with _kept(outbox, questionnaire, item):
        if "region_code" not in item:
            item["region_code"] = _ask_village(outbox)
        fill(form, item["answers"], every=every)
    return item


def visit_item(
    outbox: Outbox,
    result: str,
    *,
    record_id: str | None,
    village: str | None,
    said: Mapping[str, str | None],
    listed: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """A visit without an interview, of a new door or as the next revision of one that this tablet has; of any other
    record the enumerator reads why not."""
    known = outbox.revisions(record_id) if record_id else []
    if record_id and not known:
        raise Told("Isian itu tidak ada di tablet ini. / There is no such record on this tablet.")
    before: Mapping[str, Any] = next((json.loads(row.content) for row in reversed(known) if row.content), {})
    item = {
        "questionnaire": "visit@1",
        "region_code": village
        or before.get("region_code")
        or (listed or {}).get("region_code")
        or _ask_village(outbox),
        "captured_at": now(),
        # To the thousandth: what is told of a visit at the same moment corrects it.
        "answers": {
            "result": result,
            "visited_at": now("milliseconds"),
            **{name: text for name, text in said.items() if text},
        },
    }
    about = listed["listing_id"] if listed else before.get("listing_id")
    item |= {"listing_id": about} if about else {}
    return {**item, "record_id": record_id} if record_id else item


def mend(form: Form, outbox: Outbox, record_id: str, answers: Answers) -> None:
    """Correct the answers of a record, beginning with an unfinished correction of last time."""
    begun = _taken_up(outbox, record_id)
    if begun is not None:
        answers |= begun["answers"]
    with _kept(outbox, record_id, {"answers": answers}):
        fill(form, answers, every=True)


def drop_draft(outbox: Outbox, of: str) -> None:
    """Delete a draft that is recorded now. `of`: the questionnaire of a new item, or the id of a corrected record."""
    outbox.set(_DRAFT.format(of), None)


def fill(form: Form, answers: Answers, *, every: bool) -> None:
    """Ask until there is no error: first all questions, then only those with a wrong answer."""
    questions = [each for page in form.pages() for each in page.questions]
    titles = {page.questions[0].path: page for page in form.pages() if page.name and page.questions}
    _ask(
        form,
        [each for each in questions if every or each.required or "x-number" in each.schema],
        answers,
        titles=titles,
    )
    while True:
        errors, _ = form.check(answers, today=datetime.now(UTC).date())
        wrong = [each for each in questions if any(_concerns(each, error) for error in errors)]
        if not wrong:
            return  # nothing is wrong, or nothing that a question could correct
        show(errors, "Salah / wrong")
        say(f"  Perbaiki jawaban ini; '{_NOTHING}' mengosongkannya. / Correct these; '{_NOTHING}' empties.")
        _ask(form, wrong, answers, again=True)


def now(timespec: str = "seconds") -> str:
    """This moment, by the tablet's clock."""
    return datetime.now(UTC).astimezone().isoformat(timespec=timespec)


def value_of(question: Question, text: str) -> Any:
    """An answer as it is sent.

    Raises:
        ValueError: no such answer can be.
    """
    kind = _kind(question)
    if kind == "integer":
        return int(text.replace(".", "").replace(" ", ""))
    if kind == "boolean":
        if text.lower() not in (*_YES[1:], *_NO, "true", "false"):
            raise ValueError(text)
        return text.lower() in (*_YES[1:], "true")
    if question.choices and text not in question.choices:
        raise ValueError(text)
    return text


def put(answers: Answers, question: Question, value: Any) -> None:
    """Write an answer at the place of its question."""
    place = answers
    for name in question.path[:-1]:
        if place.get(name) is None:
            place[name] = {}
        place = place[name]
    place[question.path[-1]] = value


def _ask(
    form: Form,
    questions: Sequence[Question],
    answers: Answers,
    *,
    again: bool = False,
    titles: Mapping[tuple[str, ...], Page] | None = None,
) -> None:
    """Ask, and show the present answer; an empty line leaves it unchanged. What another answer leaves out is not asked,
    unless it was answered."""
    for question in questions:
        if (page := (titles or {}).get(question.path)) is not None:
            say(f"{page.name}. {page.label_id} / {page.label_en}")
        wanted = form.is_asked(question, answers) or _at(answers, question) is not None
        if wanted and _kind(question) not in ("array", "object"):
            while not _asked(form, question, answers, again=again):
                pass


def _asked(form: Form, question: Question, answers: Answers, *, again: bool) -> bool:
    """Ask once; whether the input is a possible answer. Words in the place of a code show the activities that have
    them, and the question comes again."""
    known = _at(answers, question)
    hint = f" [{'/'.join(question.choices)}]" if question.choices else ""
    text = _input(f"{question.label_id}{hint}" + (f" ({known})" if known is not None else ""))
    if again and text == _NOTHING and not question.required:
        _take_away(answers, question)
        return True
    if not text:
        return known is not None or not question.required
    if question.schema.get("x-list") == "kbli" and any(map(str.isalpha, text)):
        found = form.activities(text)
        for code, title in found:
            say(f"  {code} {title}")
        if not found:
            say("  Tidak ada kegiatan dengan kata itu. / No activity has those words.", colour="33")
        return False
    try:
        put(answers, question, value_of(question, text))
    except ValueError:
        say("  Tidak sah. / Not valid.", colour="31")
        return False
    return True


def _concerns(question: Question, error: Finding) -> bool:
    """Whether the error is the question's, or that of its block: a user without the owner's name may also remove the
    owner's number.
    """
    place = "/answers/" + "/".join(question.path)
    if error.code == "field_required" and len(question.path) > 1:
        return place.rpartition("/")[0] == error.pointer.rpartition("/")[0]
    return place == error.pointer or place.startswith(error.pointer + "/") or error.pointer.startswith(place + "/")


def _ask_village(outbox: Outbox) -> str:
    """Where the record lies: a village, or where the reference has neighbourhoods of it, one of those."""
    known = outbox.get("reference")["regions"]
    village = _ask_region("Kode desa/kelurahan (atau sebagian namanya)", known, "village")
    below = [each for each in known if each["code"].startswith(village + ".")]
    return _ask_region("Kode SLS (atau sebagian namanya)", below, "neighbourhood") if below else village


def _ask_region(question: str, known: Sequence[Mapping[str, str]], level: str) -> str:
    regions = {each["code"]: each["name"] for each in known if each["level"] == level}
    while True:
        code = _input(question)
        found = [each for each in regions if code == each or code.lower() in regions[each].lower()]
        if len(found) == 1:
            say(f"  {found[0]} {regions[found[0]]}")
            return found[0]
        say("  " + ", ".join(f"{each} {regions[each]}" for each in found[:12]) if found else "  Tidak ada.")


def _taken_up(outbox: Outbox, of: str) -> dict[str, Any] | None:
    """The draft, where there is one and it is wanted."""
    draft: dict[str, Any] | None = outbox.get(_DRAFT.format(of))
    if draft is None:
        return None
    name = draft["answers"].get("legal_name") or "?"
    while True:
        text = _input(f"Lanjutkan isian yang belum selesai ({name})? / Go on with the draft? [Y/t]").lower()
        if text in _YES:
            return draft
        if text in _NO:
            drop_draft(outbox, of)
            return None


@contextmanager
def _kept(outbox: Outbox, of: str, begun: Mapping[str, Any]) -> Iterator[None]:
    """However the asking ends, the answers typed so far are on disk."""
    try:
        yield
    finally:
        if begun["answers"] or "region_code" in begun:
            outbox.set(_DRAFT.format(of), begun)


def _kind(question: Question) -> str:
    for each in (question.schema, *question.schema.get("anyOf", ())):
        if each.get("type", "null") != "null":
            return str(each["type"])
    return "string"


def _at(answers: Mapping[str, Any], question: Question) -> Any:
    value: Any = answers
    for name in question.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _take_away(answers: Answers, question: Question) -> None:
    place: Any = answers
    for name in question.path[:-1]:
        place = place.get(name) or {}
    place.pop(question.path[-1], None)
    if len(question.path) > 1 and not place:  # a block without answers is none
        answers.pop(question.path[0], None)


def _input(prompt: str) -> str:
    try:
        return input(f"{prompt}: ").strip()
    except EOFError as exc:
        raise Told("Belum selesai; tersimpan sebagai draf. / Not finished; kept as a draft.") from exc
