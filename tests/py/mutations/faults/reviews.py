"""Reviews: who may write one, and what they count for."""

from tests.py.mutations.mutation import Rewrite, SqlMutation

WRITE = "private.write_review(uuid, integer, text, text)"

REVIEWS = (
    SqlMutation(
        "review_by_a_stranger",
        "A review is its buyer's.",
        (Rewrite(WRITE, " and i.buyer_id = v_user"),),
        "functions/reviews.sql",
        "not another's purchase",
    ),
    SqlMutation(
        "review_before_payment",
        "What is reviewed was paid for.",
        (Rewrite(WRITE, " and o.status = 'paid' and p.status = 'succeeded'"),),
        "functions/reviews.sql",
        "not what is not paid",
    ),
    SqlMutation(
        "review_of_the_own_shop",
        "A shop does not review itself.",
        (Rewrite(WRITE, "m.shop_id = v_item.shop_id and m.user_id = v_user", "false"),),
        "functions/reviews.sql",
        "nor one's own shop's goods",
    ),
    SqlMutation(
        "new_reviews_uncounted",
        "A product's rating follows its reviews.",
        ("drop trigger tg_product_reviews__rating_insert on public.product_reviews",),
        "functions/review_counts.sql",
        "one review",
    ),
)
