"""When a recording was made, from the most trusted source there is."""

import datetime as dt
import os
import time
from contextlib import nullcontext
from types import SimpleNamespace

import pytest
from pydantic import ValidationError

from tasks.audio.recorded_at import RecordingDate, find_recording_date
from tasks.errors import AudioError
from tasks.schema import DateSource, Sidecar

MTIME = dt.datetime(2025, 12, 24, 18, 30, 7)


@pytest.fixture
def date_of(tmp_path):
    """The date of a file of this name and metadata, last modified on Christmas Eve."""

    def find(name: str = "standup.wav", sidecar: Sidecar | None = None, length_s: float = 0.0, **metadata: str) -> RecordingDate:
        path = tmp_path / name
        path.touch()
        os.utime(path, (MTIME.timestamp() + 0.7,) * 2)
        return find_recording_date(path, sidecar or Sidecar(), metadata, length_s)

    return find


def at(*parts: int) -> dt.datetime:
    return dt.datetime(*parts)


def test_sidecar_comes_first(date_of):
    sidecar = Sidecar(recorded_at=at(2026, 3, 2, 10, 15))
    found = date_of("2026-05-20.wav", sidecar, creation_time="2026-06-10T08:00:00Z")
    assert found == (at(2026, 3, 2, 10, 15), DateSource.SIDECAR, True, None)


def test_container_comes_before_the_name(date_of):
    found = date_of("2026-05-20.wav", creation_time="2026-06-10T08:00:00.000000Z")
    assert found[:3] == (dt.datetime(2026, 6, 10, 8, tzinfo=dt.UTC), DateSource.CONTAINER, True)
    assert found.note
    assert found.note.message == (
        "the file's clock says 2026-06-10 08:00, its name 2026-05-20: the clock counts; add a sidecar if it is wrong"
    )


def test_name_comes_before_modification_time(date_of):
    assert date_of("2026-05-20 standup.wav") == (at(2026, 5, 20), DateSource.FILE_NAME, False, None)


def test_modification_time_is_the_last_resort_in_whole_seconds(date_of):
    assert date_of("standup.wav") == (MTIME, DateSource.MTIME, True, None)


def test_sidecar_with_a_day_only_has_no_time(date_of):
    assert not date_of(sidecar=Sidecar(recorded_at=at(2026, 3, 2))).time_known


@pytest.mark.parametrize("key", ["creation_time", "date", "ICRD", "TDRC", "com.apple.quicktime.creationdate"])
def test_container_date_is_found_under_each_key(date_of, key):
    assert date_of(**{key: "2026-06-10 08:00"})[:2] == (at(2026, 6, 10, 8), DateSource.CONTAINER)


@pytest.mark.parametrize(
    ("text", "time_known"),
    [("2026-06-10", False), ("20260610", False), ("2026-06-10T00:00:00", True), (" 2026-06-10 ", False)],
)
def test_container_date_without_a_time_has_no_time(date_of, text, time_known):
    assert date_of(date=text) == (at(2026, 6, 10), DateSource.CONTAINER, time_known, None)


@pytest.mark.parametrize("text", ["1904-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026", "soon", "", "2026-13-45"])
def test_container_date_that_means_nothing_is_passed_over(date_of, text):
    assert date_of("2026-05-20.wav", creation_time=text).source is DateSource.FILE_NAME


def test_clock_that_was_never_set_does_not_hide_the_next_key(date_of):
    found = date_of(creation_time="1904-01-01T00:00:00Z", date="2026-06-10")
    assert found.value == at(2026, 6, 10)


def test_local_time_of_a_phone_comes_before_the_same_moment_in_utc(date_of):
    local = {"com.apple.quicktime.creationdate": "2026-03-03T06:30:00+0700"}
    assert date_of(creation_time="2026-03-02T23:30:00Z", **local).value.date() == dt.date(2026, 3, 3)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("2026-03-02-garden-committee.flac", (2026, 3, 2)),
        ("garden_20260302.wav", (2026, 3, 2)),
        ("2026.03.02 Garden.wav", (2026, 3, 2)),
        ("2026_03_02.wav", (2026, 3, 2)),
        ("2026-03-02 15 people.wav", (2026, 3, 2)),
        ("GMT20260302-101500_Recording.m4a", (2026, 3, 2, 10, 15)),
        ("20260302101500.wav", (2026, 3, 2, 10, 15)),
        ("2026-03-02T10:15:07.wav", (2026, 3, 2, 10, 15, 7)),
        ("2026-03-02 10-15-07.mkv", (2026, 3, 2, 10, 15, 7)),
        ("WhatsApp Audio 2026-03-02 at 10.15.07.opus", (2026, 3, 2, 10, 15, 7)),
        ("rec-2026-03-02-23h59.wav", (2026, 3, 2, 23, 59)),
        ("2026-02-30 and 2026-03-02.wav", (2026, 3, 2)),
    ],
)
def test_date_is_read_from_the_name(date_of, name, expected):
    assert date_of(name) == (at(*expected), DateSource.FILE_NAME, len(expected) > 3, None)


@pytest.mark.parametrize(
    "name",
    [
        "standup 3.wav",
        "2026-13-02.wav",
        "2026-02-30.wav",
        "1999123456.wav",
        "call 842026030299.wav",
        "v2.2026.wav",
        "3026-03-02.wav",
    ],
)
def test_numbers_that_are_no_date_are_passed_over(date_of, name):
    assert date_of(name).source is DateSource.MTIME


@pytest.mark.parametrize(
    ("name", "hour"),
    [
        ("Screen Recording 2026-03-02 at 10.15.07 PM.mov", 22),
        ("Screen Recording 2026-03-02 at 10.15.07\u202fPM.mov", 22),
        ("Screen Recording 2026-03-02 at 12.15.07 AM.mov", 0),
        ("Screen Recording 2026-03-02 at 10.15.07 AM.mov", 10),
    ],
)
def test_afternoon_is_not_taken_for_morning(date_of, name, hour):
    found = date_of(name)
    assert not found.time_known or found.value == at(2026, 3, 2, hour, 15, 7)


def test_file_time_that_no_calendar_has_is_refused_in_one_sentence():
    path = SimpleNamespace(name="standup.wav", stat=lambda: SimpleNamespace(st_mtime=1e12))
    with pytest.raises(AudioError, match="was changed at no time that a calendar has"):
        find_recording_date(path, Sidecar(), {})


@pytest.mark.parametrize(
    ("name", "utc", "day", "told"),
    [
        ("2026-03-02_2010_board-call.m4a", "2026-03-03T04:10:00Z", 2, True),
        ("2026-03-02_2010_board-call.m4a", "2026-03-03T04:10:41.000000Z", 2, True),
        ("20260302_193000.m4a", "2026-03-03T00:30:00Z", 2, True),
        ("20260302-201500.m4a", "2026-03-03T00:15:02Z", 2, True),
        ("Recording 2026-03-02 21.30.00.mp4", "2026-03-03T01:00:00Z", 2, True),
        ("2026-03-03 08-30 tokyo.mov", "2026-03-02T23:30:00Z", 3, True),
        ("2026-03-03 0645 hanoi.m4a", "2026-03-02T23:45:00Z", 3, True),
        ("2026-03-03_0430 kathmandu.m4a", "2026-03-02T22:45:00Z", 3, True),
        ("2026-03-03 0915 auckland.m4a", "2026-03-02T20:15:00Z", 3, True),
        ("2026-03-02 20.10.00.m4a", "2026-03-02T20:10:00Z", 2, False),
        ("2026-03-02 10.10.00.m4a", "2026-03-02T18:10:00Z", 2, False),
        ("2026-03-02-board-call.m4a", "2026-03-03T04:10:00Z", 2, True),
        ("2026-03-03-tokyo.m4a", "2026-03-02T23:30:00Z", 3, True),
    ],
)
def test_day_of_the_name_counts_where_a_clock_in_utc_says_the_same_moment(date_of, name, utc, day, told):
    found = date_of(name, creation_time=utc)
    assert (found.value.date(), found.source) == (dt.date(2026, 3, day), DateSource.FILE_NAME)
    assert bool(found.note and "the day of the name counts" in found.note.message) is told


def test_clock_that_was_read_at_the_end_says_the_same_moment(date_of):
    found = date_of("20260302_193000.m4a", length_s=3127.4, creation_time="2026-03-03T04:22:09Z")
    assert found[:2] == (at(2026, 3, 2, 19, 30), DateSource.FILE_NAME)


@pytest.mark.parametrize(
    ("name", "utc"),
    [
        ("2026-03-02_2010.m4a", "2026-03-03T04:17:00Z"),
        ("2026-03-02_0910.m4a", "2026-03-03T00:10:00Z"),
        ("2026-03-01_2010.m4a", "2026-03-03T04:10:00Z"),
        ("2026-03-04_1930.m4a", "2026-03-03T04:30:00Z"),
        ("2026-03-01-board-call.m4a", "2026-03-03T04:10:00Z"),
        ("2026-03-04-board-call.m4a", "2026-03-03T04:10:00Z"),
        ("2026-03-02_2010.m4a", "2026-03-03T06:10:00+02:00"),
        ("2026-03-02_2010.m4a", "2026-03-03 04:10:00"),
        ("2026-03-02-board-call.m4a", "2026-03-03"),
    ],
)
def test_clock_counts_and_the_other_day_is_told_where_no_time_zone_explains_it(date_of, name, utc):
    found = date_of(name, creation_time=utc)
    assert (found.value.date(), found.source) == (dt.date(2026, 3, 3), DateSource.CONTAINER)
    assert found.note
    assert "the clock counts" in found.note.message


def test_sidecar_needs_no_word_about_other_clocks(date_of):
    found = date_of("2026-03-02_2010.m4a", Sidecar(recorded_at=at(2026, 3, 2)), creation_time="2026-03-09T04:10:00Z")
    assert (found.value, found.note) == (at(2026, 3, 2), None)


# Clocks that tell UTC


@pytest.fixture
def machine_in(monkeypatch):
    """Puts this machine into a time zone."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


def test_late_evening_in_utc_is_the_next_day_where_the_machine_is(date_of, machine_in):
    machine_in("Asia/Ho_Chi_Minh")
    found = date_of(creation_time="2026-03-01T23:30:00Z")
    assert (found.value.isoformat(), found.source, found.time_known) == ("2026-03-02T06:30:00+07:00", DateSource.CONTAINER, True)
    assert found.note
    assert found.note.message.startswith("the file's clock says 2026-03-01 23:30 UTC, which is 2026-03-02 06:30 in ")


def test_zone_of_the_sidecar_goes_before_that_of_the_machine(date_of, machine_in):
    machine_in("America/New_York")
    found = date_of(sidecar=Sidecar(timezone="Asia/Ho_Chi_Minh"), creation_time="2026-03-01T23:30:00Z")
    assert found.value.isoformat() == "2026-03-02T06:30:00+07:00"
    assert "in Asia/Ho_Chi_Minh: that day counts" in str(found.note)


def test_same_day_in_both_needs_no_note_and_has_the_time_of_the_wall(date_of):
    found = date_of(sidecar=Sidecar(timezone="Asia/Ho_Chi_Minh"), creation_time="2026-03-02T03:15:00Z")
    assert (found.value.isoformat(), found.note) == ("2026-03-02T10:15:00+07:00", None)


def test_name_with_the_local_day_agrees(date_of):
    sidecar = Sidecar(timezone="Asia/Ho_Chi_Minh")
    found = date_of("2026-03-02 standup.m4a", sidecar, creation_time="2026-03-01T23:30:00Z")
    assert (found.value.isoformat(), found.source, found.note) == ("2026-03-02T06:30:00+07:00", DateSource.CONTAINER, None)


def test_name_that_contradicts_the_local_day_is_said(date_of):
    sidecar = Sidecar(timezone="Asia/Ho_Chi_Minh")
    found = date_of("2026-02-20 standup.m4a", sidecar, creation_time="2026-03-01T23:30:00Z")
    assert found.value.date() == dt.date(2026, 3, 2)
    assert "the file's clock says 2026-03-02 06:30, its name 2026-02-20: the clock counts" in str(found.note)


def test_clock_with_an_offset_of_its_own_is_left_as_it_is(date_of, machine_in):
    machine_in("America/New_York")
    assert date_of(creation_time="2026-03-03T06:30:00+07:00").value.isoformat() == "2026-03-03T06:30:00+07:00"


@pytest.mark.parametrize("zone", ["Mars/Base", "/etc/passwd", "../x", "", "UTC+7"])
def test_what_is_no_zone_is_refused(zone):
    with pytest.raises(ValidationError, match="the name of a time zone") if zone else nullcontext():
        assert Sidecar(timezone=zone).timezone == ""
