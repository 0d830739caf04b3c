"""Strategies for queries: well-typed ones, with any spacing and quoting, and broken ones."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = ("x", "sms_a_total", "a:b:c", "sum", "by", "offset", "and", "start", "le", "rate", "_")
LABELS = ("source_id", "le", "on", "bool", "by", "sum", "group_left", "offset")
OVER_TIME = ("rate", "irate", "increase", "max_over_time", "changes")
COMPARISONS = ("==", "!=", "<", ">=")
ARITHMETIC = ("+", "-", "*", "/", "%", "^", "atan2")

gap = st.sampled_from(("", "", " ", "\n", "\t ", ' # a comment, "not a string\n'))
space = st.sampled_from((" ", "\n", "  ", " # }\n"))
duration = st.sampled_from(("5m", "1h30m", "300", "90s", "1d", "100ms", "2w"))
number = st.sampled_from(("1", "0.95", "60", "1e3", ".5", "0x1F", "Inf", "nan"))
label = st.sampled_from(LABELS)
WORDS = (
    *("", "(", ")", "{", "}", "[", "]", ",", ":", "=", "=~", "@", "-", "/", "</", "^", "#", "\\"),
    *("by", "bool", "offset", "anchored", "start()", "on", "fill", "sum", "rate", "vector", "or"),
    *('"', "'", "`", "5m", "0", "1.", "x", " ", "\n", "$x", "${x:csv}", "[[x]]", "$", "é", "\0"),
)
PIECES = (
    *("a", "b", ".", "*", "+", "?", "{2}", "{1,3}", "{,3}", "{2,1}", "(", ")", "(?:", "(?i)"),
    *("(?P<n>", "(?<n>", "(?=", "(?!", "(?#", "(?>", "[", "]", "[^", "-", "a-z", "|", "^", "$"),
    *("\\d", "\\w", "\\b", "\\1", "\\12", "\\8", "\\x41", "\\x{41}", "\\pL", "\\z", "\\_", "\\/"),
    *("[[:alpha:]]", "\\Q", "\\E", "é", "{", "}", "\\.", "*?", "++", "**", "\\a", "[a-\\d]", "\\0"),
)
"""Pieces of regular expressions, of RE2 and of Python."""


@st.composite
def joined(draw: st.DrawFn, *parts: str) -> str:
    """Join the parts with white space between them."""
    return "".join(part + draw(gap) for part in parts)


@st.composite
def string(draw: st.DrawFn) -> str:
    """A string in any of the three kinds of quotes."""
    text = draw(st.text("abc{}[]()#,=$ \"'`é", max_size=6))
    quote = draw(st.sampled_from([q for q in "\"'`" if q not in text] or ['"']))
    return quote + text.replace('"', '\\"') + quote if quote == '"' else quote + text + quote


@st.composite
def matchers(draw: st.DrawFn, least: int = 0) -> str:
    """`{…}`, optionally with a comma at the end."""
    texts = []
    for _ in range(draw(st.integers(least, 2))):
        operator = draw(st.sampled_from(("=", "!=", "=~", "!~")))
        value = '"a|b.*"' if "~" in operator else draw(string())
        texts.append(draw(joined(draw(label), operator, value)))
    end = "," if draw(st.booleans()) and texts else ""
    return draw(joined("{" + ",".join(texts) + end + "}"))


@st.composite
def selector(draw: st.DrawFn) -> str:
    """A selector, its name before the braces, in them, or quoted in them."""
    name = draw(st.sampled_from(NAMES))
    form = draw(st.sampled_from(("{}", "{}M", '{{__name__="{}"}}', '{{"{}"}}', '{{"{}",a="b"}}')))
    text = form.format(name)
    return draw(joined(text[:-1], draw(matchers()))) if text.endswith("M") else text


@st.composite
def modifiers(draw: st.DrawFn) -> str:
    """Offsets and times after a selector."""
    found = []
    if draw(st.booleans()):
        sign = draw(st.sampled_from(("", "-")))
        found.append(f"{draw(st.sampled_from(('offset', 'OFFSET')))} {sign}{draw(duration)}")
    if draw(st.booleans()):
        found.append(draw(st.sampled_from(("@ 1609746000", "@ start()", "@end()"))))
    return "".join(" " + part for part in draw(st.permutations(found)))


def instant(depth: int = 3) -> st.SearchStrategy[str]:
    """An expression that is an instant vector."""
    plain = st.builds("{}{}".format, selector(), modifiers())
    if depth == 0:
        return plain
    inner = instant(depth - 1)
    return st.one_of(plain, _called(inner), _aggregated(inner), _combined(inner), _bracketed(inner))


@st.composite
def _called(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    kind = draw(st.integers(0, 3))
    function = draw(st.sampled_from(OVER_TIME))
    if kind == 0:
        ranged = draw(joined(draw(selector()), "[", draw(duration), "]"))
        return draw(joined(function, "(", ranged + draw(modifiers()), ")"))
    if kind == 1:
        step = draw(st.sampled_from(("", "30s")))
        window = draw(joined("[", draw(duration), ":", step, "]"))
        return draw(joined(function, "(", "(" + draw(inner) + "\n)" + window, ")"))
    if kind == 2:
        return draw(joined("histogram_quantile", "(", "0.95", ",", draw(inner) + "\n", ")"))
    new, source = draw(label), draw(label)
    return draw(joined(f'label_replace({draw(inner)}\n, "{new}", "$1", "{source}", "(.*)")'))


@st.composite
def _aggregated(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    name = draw(st.sampled_from(("sum", "SUM", "avg", "topk", "quantile", "count_values")))
    first = {"topk": "3, ", "quantile": "0.9, ", "count_values": '"v", '}.get(name, "")
    arguments = f"({first}{draw(inner)}\n)"
    labels = ",".join(draw(st.lists(label, max_size=2, unique=True)))
    grouping = draw(st.sampled_from(("", "by", "BY", "without")))
    if not grouping:
        return draw(joined(name, arguments))
    grouping = draw(joined(grouping, f"({labels})"))
    parts = draw(st.sampled_from(((name, " ", grouping, arguments), (name, arguments, grouping))))
    return draw(joined(*parts))


@st.composite
def _combined(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    kind = draw(st.integers(0, 2))
    if kind == 0:
        operator = draw(st.sampled_from(("and", "or", "UNLESS")))
        return f"{draw(inner)}{draw(space)}{operator}{draw(space)}{draw(inner)}"
    operator = draw(st.sampled_from(COMPARISONS if kind == 1 else ARITHMETIC))
    if kind == 1 and draw(st.booleans()):
        operator += " bool"
    joining = draw(st.sampled_from(("", "", "on (le)", "ignoring(le,)", "on() group_left(by)")))
    right = draw(number) if not joining and draw(st.booleans()) else draw(inner)
    left = draw(inner)
    if joining:
        left = f"({left}\n)"  # or a number at its end would be the left side
    return f"{left}{draw(space)}{operator} {joining}{draw(space)}{right}"


@st.composite
def _bracketed(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    sign = draw(st.sampled_from(("", "-", "+")))
    return draw(joined(sign, "(", draw(inner) + "\n", ")"))


@st.composite
def _length(draw: st.DrawFn, depth: int = 2) -> str:
    """A duration as arithmetic."""
    if depth == 0:
        return draw(st.sampled_from(("5m", "300", "step()", "range()", "1h30m", "STEP ( )")))
    inner = _length(depth - 1)
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(inner)
    if kind == 1:
        function = draw(st.sampled_from(("min_of", "max_of")))
        return draw(joined(function, "(", draw(inner), ",", draw(inner), ")"))
    if kind == 2:
        return draw(joined("(", draw(inner), ")"))
    return draw(joined(draw(inner), draw(st.sampled_from("+-*/%^")), " ", draw(inner)))


@st.composite
def newer(draw: st.DrawFn) -> str:
    """A query with something that only Prometheus 3 reads."""
    left, right, length = draw(instant(1)), draw(instant(1)), draw(_length())
    kind = draw(st.integers(0, 5))
    if kind == 0:
        return draw(joined("rate", "(", draw(selector()), "[", length, "]", ")"))
    if kind == 1:
        return draw(joined(draw(selector()), " offset ", "(", length, ")"))
    if kind == 2:
        extended = draw(st.sampled_from(("anchored", "SMOOTHED")))
        return draw(joined("increase", "(", draw(selector()), "[5m]", extended, ")"))
    if kind == 3:
        fill = draw(st.sampled_from(("fill(0)", "fill_left (1)", "fill_right(-1) fill_left(2)")))
        return f"({left}\n) + on (le) {fill} ({right}\n)"
    if kind == 4:
        trim = draw(st.sampled_from(("</", ">/")))
        return f"({left}\n) {trim} {draw(number)}"
    step = draw(_length(1))
    return draw(joined("(", left + "\n", ")", "[", length, ":", step, "]"))


@st.composite
def broken(draw: st.DrawFn, queries: st.SearchStrategy[str]) -> str:
    """A query with a part replaced by something else."""
    query = draw(queries)
    start = draw(st.integers(0, len(query)))
    end = min(len(query), start + draw(st.integers(0, 4)))
    return query[:start] + draw(st.sampled_from(WORDS)) + query[end:]
