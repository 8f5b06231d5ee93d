from billing.runtime.parsing import Body, parse


def test_a_model_is_built_when_a_body_is_read_by_it_so_that_no_cold_start_builds_all_of_a_module() -> None:
    class Wish(Body):
        seats: int

    assert not Wish.__pydantic_complete__
    wish = parse(Wish, {"seats": 3, "referenceId": "org_1"})
    assert (wish.seats, wish.reference_id) == (3, "org_1")
    assert Wish.__pydantic_complete__
