"""The bill of materials names what the layers' locks pin, the same way every time."""

from pathlib import Path

import pytest

from local import bill_of_materials
from local.bill_of_materials import bill, locks, packages
from local.locking import packages as pinned

LOCK = """\
anyio==4.16.0 \\
    --hash=sha256:{} \\
    --hash=sha256:{}
    # via httpx
httpx[http2]==0.28.1 ; python_version > "3" \\
    --hash=sha256:{}
    # via
    #   -r requirements.in
    #   vendor-sdk
""".format("a" * 64, "b" * 64, "c" * 64)


def test_a_package_has_its_version_its_hashes_and_whoever_needs_it(tmp_path: Path) -> None:
    lock = tmp_path / "layer" / "requirements.txt"
    lock.parent.mkdir()
    lock.write_text(LOCK)
    document = bill(packages([lock]))
    anyio, httpx = document["components"]
    assert (anyio["purl"], httpx["purl"]) == ("pkg:pypi/anyio@4.16.0", "pkg:pypi/httpx@0.28.1")
    assert [each["content"] for each in anyio["hashes"]] == ["a" * 64, "b" * 64]
    assert anyio["properties"] == [{"name": "layer", "value": "layer"}]
    needs = {each["ref"]: each["dependsOn"] for each in document["dependencies"]}
    assert needs["pkg:pypi/httpx@0.28.1"] == ["pkg:pypi/anyio@4.16.0"]
    assert needs["organization-billing"] == ["pkg:pypi/httpx@0.28.1"], "what is needed by none here is ours"


def test_every_package_of_every_layer_is_in_it_with_a_hash() -> None:
    expected = {(name, version) for lock in locks() for name, version in pinned(lock).items()}
    components = bill(packages(locks()))["components"]
    assert {(each["name"], each["version"]) for each in components} == expected
    assert all(each["hashes"] for each in components)
    assert len(locks()) == 3


def test_the_same_locks_make_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    for name in ("first", "second"):
        monkeypatch.setattr(bill_of_materials, "BILL", bill_of_materials.ROOT / ".local" / f"{name}.cdx.json")
        assert bill_of_materials.main() == 0
        written.append(bill_of_materials.BILL.read_bytes())
        bill_of_materials.BILL.unlink()
    assert written[0] == written[1]
