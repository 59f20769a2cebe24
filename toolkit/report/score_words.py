"""What every output says of a score: why it may change, why there is none."""

from __future__ import annotations

from toolkit.consolidate.score_model import CriterionScore, Note, ScoreState, UnitScore
from toolkit.messages import text
from toolkit.report.voice import Voice


def note_words(note: Note, lang: str) -> str:
    """The words of a reason."""
    return text(f"score.note.{note.key}", lang, **note.params)


def basis_words(score: CriterionScore, voice: Voice) -> str:
    """Evidence, reasons and the reviewer's remark."""
    lines = [note_words(note, voice.lang) for note in score.notes]
    if score.evidence:
        lines.insert(0, voice.say("scores.evidence", words=score.evidence))
    if score.remark:
        lines.append(voice.say("scores.reviewer", words=score.remark))
    return "\n".join(lines)


def no_band(one: UnitScore, voice: Voice) -> str:
    """The words where a unit is in no band: none fits, or that cannot be told."""
    unknown = one.total is None or any(note.key == "band_unknown" for note in one.notes)
    return voice.say("scores.incomplete" if unknown else "scores.no_band")


def unit_notes(one: UnitScore, voice: Voice) -> str:
    """What there is to know of a unit's score, in one cell."""
    lacking = [s.criterion.code for s in one.criteria if s.state is ScoreState.INCOMPLETE]
    partial = [
        s.criterion.code
        for s in one.criteria
        if s.state is ScoreState.PROVISIONAL and not s.criterion.self_scored
    ]
    said = []
    if lacking:
        known = f"{one.known.normalize():f}".replace(".", ",") if voice.lang == "vi" else one.known
        said.append(voice.say("scores.why_incomplete", criteria=", ".join(lacking), known=known))
    if one.unreviewed:
        said.append(voice.say("scores.why_unreviewed", count=one.unreviewed))
    if partial:
        said.append(voice.say("scores.why_partial", criteria=", ".join(partial)))
    if one.converted:
        said.append(voice.say("scores.why_converted"))
    said += [note_words(note, voice.lang) for note in one.notes]
    return "\n".join(said)
