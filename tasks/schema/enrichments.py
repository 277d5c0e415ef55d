"""What may be added to finished minutes: their texts in a second language, and a guess of the mood of each topic."""

from pydantic import Field

from tasks.clean_text import Text
from tasks.schema.base import Interval, Message, Model, Notice
from tasks.schema.transcript import Engine


class Translated(Model):
    """One text of the minutes in the second language."""

    text: Text = Field(description="as it stands in the minutes")
    translation: Text


class Translations(Model):
    """What an engine made of the texts of the minutes, nothing checked yet. A text that it gave nothing for is not in it."""

    language: str
    texts: tuple[Translated, ...] = ()
    engine: Engine | None = None
    notices: tuple[Notice, ...] = ()


class Untranslated(Model):
    """A text of the minutes whose translation was left out."""

    text: Text
    reason: Message


class Translation(Model):
    """The minutes in a second language, as far as code could check it."""

    language: str = Field(description="ISO 639 code")
    texts: tuple[Translated, ...] = ()
    left_out: tuple[Untranslated, ...] = ()

    def of(self, text: str) -> str | None:
        """A text of the minutes in this language; None where it has none, also because a person changed the text since."""
        return next((each.translation for each in self.texts if each.text == text), None)


class TopicMood(Interval):
    """What a classifier guesses of the words of one topic."""

    label: Text = Field(description="the likeliest, as the model calls it")
    share: float = Field(ge=0, le=1, description="how probable it is to the model, over all words of the topic")


class Moods(Model):
    """What a classifier guesses of the topics of one meeting."""

    moods: tuple[TopicMood, ...] = ()
    engine: Engine | None = None
    notices: tuple[Notice, ...] = ()
