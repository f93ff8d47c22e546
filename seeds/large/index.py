"""Search documents of a loaded catalogue, by the product's own function."""

import time

from seeds.large.load import Loader

STEP = 5_000


def _tiers(loader: Loader) -> None:
    """Thresholds as private.retier_search would find them, before the documents exist."""
    rows = loader.connection.execute(
        "select t.tier, sum(t.capacity) over (order by t.tier) from private.search_tiers as t "
        "order by 1"
    ).fetchall()
    loader.connection.execute(
        "create temporary table scores as "
        "select private.search_score(p.sales_count, p.rating_sum, p.rating_count, "
        "coalesce(p.published_at, p.created_at)) as score "
        "from public.products as p where p.is_listed"
    )
    loader.connection.execute("create index on scores (score)")
    for tier, before in rows:
        loader.connection.execute(
            "update private.search_tiers set min_score = coalesce((select score from scores "
            "order by score desc offset %s - 1 limit 1), '-infinity') where tier = %s",
            [before, tier],
        )
    loader.connection.execute("drop table scores")


def _documents(loader: Loader, ids: list[str]) -> None:
    began = said = time.monotonic()
    for start in range(0, len(ids), STEP):
        loader.connection.execute(
            "insert into private.product_search "
            "select * from private.search_rows(%s::uuid[]) on conflict do nothing",
            [ids[start : start + STEP]],
        )
        if time.monotonic() - said > 5:
            said = time.monotonic()
            done = start + STEP
            loader.report(
                f"search documents: {done:,} of {len(ids):,}, {done / (said - began):,.0f} rows/s"
            )
    loader.report(f"search documents: {len(ids):,} in {time.monotonic() - began:.1f} s")


def index(loader: Loader, ids: list[str]) -> None:
    """Make the documents of these products, the vocabulary and the names of shops."""
    _tiers(loader)
    loader.without_indexes("private.product_search", lambda: _documents(loader, ids))
    began = time.monotonic()
    loader.connection.execute("truncate private.search_words")
    loader.connection.execute(
        "insert into private.search_words (word, stem, documents) "
        "select w, coalesce((ts_lexize('pg_catalog.english_stem', w))[1], w), n from ("
        "select unnest(s.words) as w, count(*) as n from private.product_search as s group by 1"
        ") as c"
    )
    loader.connection.execute(
        "insert into private.shop_search (shop_id, name) "
        "select s.id, private.normalise(s.name) from public.shops as s where s.status = 'active' "
        "on conflict do nothing"
    )
    loader.report(f"vocabulary and shop names: {time.monotonic() - began:.1f} s")
