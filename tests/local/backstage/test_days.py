"""The days of pictures, from the table's rollups."""

from local.backstage.days import days_of


def test_a_day_of_two_subscriptions_is_one_day_and_currencies_stay_apart() -> None:
    days = days_of(
        [
            {"sk": "2026-11-02#api-calls#sub_2", "quantity": 5, "revenue#USD": 7, "cost#EUR": 1},
            {"sk": "2026-11-02#api-calls#-", "quantity": 3, "revenue#USD": 2},
            {"sk": "2026-11-01#api-calls#-", "quantity": 1},
            {"sk": "2026-11-02#tokens#-", "quantity": 9, "cost#USD": 4},
        ]
    )
    assert [(day.date, day.feature, day.quantity) for day in days] == [
        ("2026-11-01", "api-calls", 1),
        ("2026-11-02", "api-calls", 8),
        ("2026-11-02", "tokens", 9),
    ]
    assert (days[1].revenue, days[1].cost) == ({"USD": 9}, {"EUR": 1})
