-- Ratings and helpful votes, counted exactly: one statement's differences at a time, the rows that
-- carry the counters locked in the order of their ids.

create or replace function private.add_ratings(
    p_product_ids uuid[], p_stars smallint[], p_steps bigint[]
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if p_product_ids is null then
    return;
  end if;
  perform 1 from public.products as p
  where p.id = any (p_product_ids)
  order by p.id
  for no key update;
  update public.products as p
  set
    rating_counts = array[
      p.rating_counts[1] + d.ones, p.rating_counts[2] + d.twos, p.rating_counts[3] + d.threes,
      p.rating_counts[4] + d.fours, p.rating_counts[5] + d.fives
    ],
    rating_count = p.rating_count + d.ones + d.twos + d.threes + d.fours + d.fives,
    rating_sum = p.rating_sum + d.ones + 2 * d.twos + 3 * d.threes + 4 * d.fours + 5 * d.fives
  from (
    select
      c.product_id,
      coalesce(sum(c.step) filter (where c.stars = 1), 0)::integer as ones,
      coalesce(sum(c.step) filter (where c.stars = 2), 0)::integer as twos,
      coalesce(sum(c.step) filter (where c.stars = 3), 0)::integer as threes,
      coalesce(sum(c.step) filter (where c.stars = 4), 0)::integer as fours,
      coalesce(sum(c.step) filter (where c.stars = 5), 0)::integer as fives
    from unnest(p_product_ids, p_stars, p_steps) as c (product_id, stars, step)
    group by c.product_id
  ) as d
  where p.id = d.product_id;
end;
$$;
comment on function private.add_ratings(uuid[], smallint[], bigint[]) is
'Add p_steps[n] reviews (fewer, if negative) of p_stars[n] stars to product p_product_ids[n]. Null: nothing.';
revoke all on function private.add_ratings(uuid[], smallint[], bigint[]) from public;

-- Hidden reviews do not count. What changes no count (an edited text, a vote) locks no product.
create or replace function private.tg_product_reviews__rating()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_products uuid[];
  v_stars smallint[];
  v_steps bigint[];
begin
  case tg_op
    when 'INSERT' then
      select array_agg(d.product_id), array_agg(d.stars), array_agg(d.step)
      into v_products, v_stars, v_steps
      from (
        select n.product_id, n.stars, count(*) as step from new_rows as n
        where n.status = 'visible'
        group by n.product_id, n.stars
      ) as d;
    when 'DELETE' then
      select array_agg(d.product_id), array_agg(d.stars), array_agg(d.step)
      into v_products, v_stars, v_steps
      from (
        select o.product_id, o.stars, -count(*) as step from old_rows as o
        where o.status = 'visible'
        group by o.product_id, o.stars
      ) as d;
    else
      select array_agg(d.product_id), array_agg(d.stars), array_agg(d.step)
      into v_products, v_stars, v_steps
      from (
        select c.product_id, c.stars, sum(c.step)::bigint as step
        from (
          select n.product_id, n.stars, 1 as step from new_rows as n where n.status = 'visible'
          union all
          select o.product_id, o.stars, -1 as step from old_rows as o where o.status = 'visible'
        ) as c
        group by c.product_id, c.stars
        having sum(c.step) <> 0
      ) as d;
  end case;
  perform private.add_ratings(v_products, v_stars, v_steps);
  return null;
end;
$$;
comment on function private.tg_product_reviews__rating() is 'Keeps the ratings of products.';
revoke all on function private.tg_product_reviews__rating() from public;

create or replace trigger tg_product_reviews__rating_insert
after insert on public.product_reviews
referencing new table as new_rows
for each statement execute function private.tg_product_reviews__rating();

create or replace trigger tg_product_reviews__rating_update
after update on public.product_reviews
referencing old table as old_rows new table as new_rows
for each statement execute function private.tg_product_reviews__rating();

create or replace trigger tg_product_reviews__rating_delete
after delete on public.product_reviews
referencing old table as old_rows
for each statement execute function private.tg_product_reviews__rating();

create or replace function private.add_votes(p_review_ids uuid[], p_steps bigint[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform 1 from public.product_reviews as r
  where r.id = any (p_review_ids)
  order by r.id
  for no key update;
  update public.product_reviews as r set helpful_count = r.helpful_count + d.step
  from unnest(p_review_ids, p_steps) as d (review_id, step)
  where r.id = d.review_id;
end;
$$;
comment on function private.add_votes(uuid[], bigint[]) is
'Add p_steps[n] helpful votes (fewer, if negative) to review p_review_ids[n].';
revoke all on function private.add_votes(uuid[], bigint[]) from public;

-- Definer: a voter cannot write reviews. Votes are never updated.
create or replace function private.tg_review_votes__count()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_reviews uuid[];
  v_steps bigint[];
begin
  if tg_op = 'INSERT' then
    select array_agg(d.review_id), array_agg(d.step) into v_reviews, v_steps
    from (select n.review_id, count(*) as step from new_rows as n group by n.review_id) as d;
  else
    select array_agg(d.review_id), array_agg(d.step) into v_reviews, v_steps
    from (select o.review_id, -count(*) as step from old_rows as o group by o.review_id) as d;
  end if;
  if v_reviews is not null then
    perform private.add_votes(v_reviews, v_steps);
  end if;
  return null;
end;
$$;
comment on function private.tg_review_votes__count() is 'Keeps product_reviews.helpful_count.';
revoke all on function private.tg_review_votes__count() from public;

create or replace trigger tg_review_votes__count_insert
after insert on public.review_votes
referencing new table as new_rows
for each statement execute function private.tg_review_votes__count();

create or replace trigger tg_review_votes__count_delete
after delete on public.review_votes
referencing old table as old_rows
for each statement execute function private.tg_review_votes__count();
