"""What follows from the settings."""

import pytest

from deskchat.config import BadSetting, Settings


def test_without_a_public_address_this_machine_is_home_by_all_its_names() -> None:
    settings = Settings(port=8000)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert settings.origins == {"http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"}
    assert not settings.secure


def test_a_server_that_listens_everywhere_names_an_address_that_works() -> None:
    assert Settings(host="0.0.0.0").public_url == "http://127.0.0.1:8000"
    assert Settings(host="::").public_url == "http://127.0.0.1:8000"
    assert Settings(host="192.0.2.7").public_url == "http://192.0.2.7:8000"
    assert "http://192.0.2.7:8000" in Settings(host="192.0.2.7").origins


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://chat.example.com", "https://chat.example.com"),
        ("https://chat.example.com/", "https://chat.example.com"),
        ("https://Chat.Example.com:443", "https://chat.example.com"),
        ("http://chat.example.com:80", "http://chat.example.com"),
        ("http://chat.example.com:8080", "http://chat.example.com:8080"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_a_public_address_is_the_only_home(url: str, origin: str) -> None:
    settings = Settings(url=url)
    assert settings.origins == {origin}
    assert settings.public_url == url.rstrip("/")
    assert settings.secure == url.startswith("https")


@pytest.mark.parametrize(
    "url",
    [
        "chat",
        "ftp://chat.example.com",
        "https://",
        "https://a/b",
        "https://a?b",
        "https://a#b",
        "https://a:b@c",
        "http://a:x",
    ],
)
def test_an_address_that_cannot_work_is_refused(url: str) -> None:
    with pytest.raises(BadSetting, match="DESKCHAT_URL"):
        Settings(url=url)


@pytest.mark.parametrize("proxy", ["proxy", "10.0.0.0/33", "10.0.0.1/8", ""])
def test_a_proxy_that_is_no_address_is_refused(proxy: str) -> None:
    with pytest.raises(BadSetting, match="DESKCHAT_TRUSTED_PROXIES"):
        Settings(trusted_proxies=(proxy,))
