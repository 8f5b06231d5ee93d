from urllib.parse import quote, urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from billing.core.errors import InvalidUrl
from billing.links.site import MAX_PATH, relative_path

ORIGIN = "https://app.example.com"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/billing",
        "/billing?success=1",
        "/billing?next=%2Fteam&tab=plan#invoices",
        "/a//b",
        "/a%2F%2Fb",
        "/r%C3%A9sum%C3%A9",
        "/résumé",
        "/100%25",
        "/100%",
        "/%zz",
        "/a:b",
        "/@evil.example",
        "/?u=https://evil.example",
        "/" + "a" * (MAX_PATH - 1),
    ],
)
def test_a_path_of_the_application_is_returned_unchanged(path: str) -> None:
    assert relative_path(path) == path


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "billing",
        " /billing",
        "?success=1",
        "#top",
        "https://evil.example",
        "HTTPS://evil.example",
        "https:/evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "/\\/evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "/a\\b",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r/evil.example",
        "/\x00",
        "/\x7f",
        "/billing\r\nSet-Cookie: a=b",
        "/%2Fevil.example",
        "/%2fevil.example",
        "%2F%2Fevil.example",
        "%2Fevil.example",
        "/%5Cevil.example",
        "/%5cevil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%0D%0ALocation:%20https://evil.example",
        "/%00",
        "/%252Fevil.example",
        "/%25252Fevil.example",
        "/%255Cevil.example",
        "/%2509/evil.example",
        "/%2525252525252525252Fevil.example",
        "\u2028/billing",
        "\uff0f\uff0fevil.example",
        "/" + "a" * MAX_PATH,
    ],
)
def test_whatever_a_browser_could_read_as_another_origin_is_refused(url: str) -> None:
    with pytest.raises(InvalidUrl):
        relative_path(url)


_pieces = st.sampled_from(
    ["/", "\\", "%2f", "%5C", "%09", "\t", "\n", ":", "@", ".", "evil.example", "a", "?", "#", "%25"]
)


@settings(deadline=None, derandomize=True)
@given(st.lists(_pieces, max_size=8).map("".join))
def test_what_is_let_through_stays_on_the_origin_even_when_resolved_against_it(url: str) -> None:
    try:
        path = relative_path("/" + url)
    except InvalidUrl:
        return
    resolved = urlsplit(urljoin(ORIGIN, path))
    assert (resolved.scheme, resolved.netloc) == ("https", "app.example.com")


@settings(deadline=None, derandomize=True)
@given(st.sampled_from(["/", "\\", "\t", "\r\n"]), st.text(max_size=40), st.integers(min_value=0, max_value=12))
def test_what_is_refused_is_refused_however_often_it_is_encoded(start: str, rest: str, times: int) -> None:
    encoded = start + rest
    for _ in range(times):
        encoded = quote(encoded, safe="")
    with pytest.raises(InvalidUrl):
        relative_path("/" + encoded)
