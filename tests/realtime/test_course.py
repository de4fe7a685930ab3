"""The course of numbered news: each once, none before the one before it."""

from deskchat.realtime.course import MOST_WAITING, Course


def begun(number: int) -> Course[str]:
    course: Course[str] = Course()
    course.begin(number)
    return course


def test_news_in_order_pass() -> None:
    course = begun(5)
    assert course.take(6, "six") == ["six"]
    assert course.take(7, "seven") == ["seven"]
    assert not course.lacks_some


def test_what_comes_again_is_not_told_again() -> None:
    course = begun(5)
    course.take(6, "six")
    assert course.take(6, "six") == []
    assert course.take(3, "three") == []
    assert not course.lacks_some


def test_what_comes_early_waits_for_what_is_missing() -> None:
    course = begun(5)
    assert course.take(8, "eight") == []
    assert course.take(7, "seven") == []
    assert course.lacks_some
    assert course.take(6, "six") == ["six", "seven", "eight"]
    assert not course.lacks_some


def test_nothing_is_told_until_somebody_says_from_where_on_it_is() -> None:
    course: Course[str] = Course()
    assert course.take(6, "six") == []
    assert course.take(5, "five") == []
    assert course.begin(5) == ["six"]
    assert course.told == 6


def test_who_says_so_later_does_not_move_it() -> None:
    course = begun(5)
    assert course.begin(9) == []
    assert course.told == 5


def test_only_so_much_waits() -> None:
    course = begun(0)
    for number in range(2, MOST_WAITING + 10):
        course.take(number, "early")
    assert len(course.take(1, "one")) == MOST_WAITING + 1


def test_broken_off_it_begins_anew() -> None:
    course = begun(5)
    course.take(8, "eight")
    course.break_off()
    assert course.take(6, "six") == []
    assert course.begin(7) == []
    assert course.take(8, "eight") == ["eight"]
