-- What visitors see change is logged, coalesced and told; what they do not see is not.
begin;
select no_plan();
select tests.world();
select tests.back();
create function pg_temp.logged()
returns text
language plpgsql
as $$
declare
  v_text text;
begin
  select string_agg(distinct c.kind || ' ' || coalesce(p.slug, s.slug, g.slug), ', ') into v_text
  from private.catalogue_changes as c
  left join public.products as p on p.id = c.entity_id
  left join public.shops as s on s.id = c.entity_id
  left join public.categories as g on g.id = c.entity_id;
  delete from private.catalogue_changes;
  return coalesce(v_text, 'nothing');
end;
$$;
select matches(pg_temp.logged(), 'product mug', 'publishing is logged');
delete from private.catalogue_changes;

update public.products set title = 'Another title' where slug = 'poster';
select is(pg_temp.logged(), 'product poster', 'a title');
update public.products set title = title where slug = 'poster';
select is(pg_temp.logged(), 'nothing', 'no change is none');
update public.products set title = 'Hidden' where slug = 'draft';
select is(pg_temp.logged(), 'nothing', 'a draft is nobody''s business');
update public.product_variants set price_amount = 1 where id = tests.ref('mug/v');
select is(pg_temp.logged(), 'product mug', 'a price');
update public.product_variants set stock = stock - 1 where id = tests.ref('mug/v');
select is(pg_temp.logged(), 'nothing', 'one piece less');
update public.product_variants set stock = reserved where id = tests.ref('mug/v');
select matches(pg_temp.logged(), 'product mug', 'the last piece');
insert into public.product_images (product_id, path) values (tests.ref('mug'), 'x/y.png');
select is(pg_temp.logged(), 'product mug', 'a picture');
delete from public.product_images where path = 'x/y.png';
select is(pg_temp.logged(), 'product mug', 'that goes');
insert into public.product_tags (product_id, shop_id, tag, is_listed) values (tests.ref('mug'), tests.ref('beta-shop'), 'gift', true);
select is(pg_temp.logged(), 'product mug', 'a tag');
update public.products set sales_count = sales_count + 1 where slug in ('mug', 'poster', 'draft');
select is(pg_temp.logged(), 'product mug, product poster', 'several at once');
update public.shops set description = 'New' where slug = 'beta-shop';
select is(pg_temp.logged(), 'shop beta-shop', 'a shop''s text');
update public.products set status = 'archived' where slug = 'ebook';
select matches(pg_temp.logged(), 'product ebook', 'unlisting is logged');

-- Renaming a shop or category spreads to its products.
update public.shops set name = 'Alpha anew' where slug = 'alpha-shop';
select is((select count(*) from private.catalogue_changes where spread_after is not null), 1::bigint, 'a name spreads');
select private.process_catalogue_changes();
select is((select count(*) from private.product_search where words @> array['anew']), 1::bigint, 'to every listed product');

-- Revalidation: one call per entity until the worker begins it.
delete from private.revalidations;
select pgmq.purge_queue('revalidate');
select private.revalidate('product', tests.ref('mug')) from generate_series(1, 2);
select private.revalidate('shop', tests.ref('beta-shop'));
select is((select count(*) from pgmq.q_revalidate), 0::bigint, 'nothing is queued before it is worked off');
select private.process_catalogue_changes();
select set_eq(
  $$ select message ->> 'kind', (message ->> 'id')::uuid from pgmq.q_revalidate $$,
  $$
    select 'product', tests.ref('mug')
    union all
    select 'shop', tests.ref('beta-shop')
  $$,
  'one call each'
);
update public.products set title = 'Once more' where slug = 'mug';
select private.process_catalogue_changes();
select is((select count(*) from pgmq.q_revalidate), 2::bigint, 'a change while one waits adds none');
select tests.become_role('agora_workers');
select is(private.begin_revalidation('product', tests.ref('mug')), '{"slug": "mug", "shop_slug": "beta-shop", "is_listed": true}'::jsonb, 'what is told');
select is(private.begin_revalidation('shop', tests.ref('beta-shop')), '{"slug": "beta-shop", "is_listed": true}'::jsonb, 'of a shop');
select is(private.begin_revalidation('product', tests.ref('beta-shop')), null, 'of what is gone');
select tests.back();
update public.products set title = 'And again' where slug = 'mug';
select private.process_catalogue_changes();
select is((select count(*) from pgmq.q_revalidate), 3::bigint, 'after it began, a change is told again');
select throws_ok($$ select private.revalidate('user', tests.ref('mug')) $$, '23514', null, 'products and shops only');

select * from finish();
rollback;
