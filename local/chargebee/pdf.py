"""Lines of text as a PDF of one page (ISO 32000-1, the fewest objects that it allows)."""


def page(lines: list[str]) -> bytes:
    """Latin letters; what PDF's own fonts do not have is a question mark."""
    shown = b" T* ".join(b"(%s) Tj" % _escaped(each) for each in lines)
    content = b"BT /F1 12 Tf 16 TL 72 720 Td %s ET" % shown
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    document, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size, start = len(objects) + 1, len(document)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, start)
    return document + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + trailer


def _escaped(text: str) -> bytes:
    letters = text.encode("cp1252", "replace")
    return letters.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")
