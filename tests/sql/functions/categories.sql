-- The tree: paths, moves, who may change it.
begin;
select no_plan();
select tests.world();
create function pg_temp.category(p_path text)
returns uuid
language sql
as $$ select c.id from public.categories as c where c.path::text = p_path; $$;

select tests.become('owner');
select is(tests.outcome($$ select public.save_category('mine', 'Mine') $$), 'admin_only', 'a seller makes none');
select is(tests.outcome($$ select public.move_category(pg_temp.category('books'), null) $$), 'admin_only', 'moves none');
select is(tests.outcome($$ select public.delete_category(pg_temp.category('books.poetry')) $$), 'admin_only', 'deletes none');

select tests.become('admin');
select is(public.save_category('maps', 'Maps', pg_temp.category('books')) ->> 'path', 'books.maps', 'made below another');
select is(tests.outcome($$ select public.save_category('maps', 'Again', pg_temp.category('books')) $$), 'slug_taken', 'once');
select is(public.save_category('maps', 'Maps too', pg_temp.category('art')) ->> 'path', 'art.maps', 'elsewhere is elsewhere');
select is(tests.outcome($$ select public.save_category('Not a slug', 'Maps') $$), 'invalid_slug', 'slugs are slugs');
select is(tests.outcome($$ select public.save_category('x', 'a') $$), 'invalid_name', 'and names names');
select is(tests.outcome($$ select public.save_category('x', E'a\u0007b') $$), 'invalid_name', 'without control characters');
select is(tests.outcome($$ select public.save_category('x', 'Lost', gen_random_uuid()) $$), 'category_not_found', 'a parent exists');
select is(
  public.save_category('poems-verse', 'Poems', category_id => pg_temp.category('books.poetry')) ->> 'path',
  'books.poems_verse', 'a new slug is a new path'
);
-- A subtree moves with its root.
select is(
  public.move_category(pg_temp.category('home.kitchen'), pg_temp.category('craft_supplies')) ->> 'path',
  'craft_supplies.kitchen', 'moved'
);
select results_eq(
  $$ select path::text from public.categories where path operator(extensions.<@) 'craft_supplies.kitchen' order by 1 $$,
  array['craft_supplies.kitchen', 'craft_supplies.kitchen.ceramics', 'craft_supplies.kitchen.knives'], 'with what is below'
);
select is_empty($$ select 1 from public.categories where path operator(extensions.<@) 'home.kitchen' $$, 'nothing stays behind');
select is(
  tests.outcome($$ select public.move_category(pg_temp.category('craft_supplies'), pg_temp.category('craft_supplies.kitchen.knives')) $$),
  'category_in_itself', 'not into itself'
);
select is(
  tests.outcome($$ select public.move_category(pg_temp.category('books'), pg_temp.category('books')) $$),
  'category_in_itself', 'nor below itself'
);
select is(public.move_category(pg_temp.category('craft_supplies.kitchen'), null) ->> 'path', 'kitchen', 'a root again');
select is(
  public.save_category('cooking', 'Cooking', category_id => pg_temp.category('kitchen')) ->> 'path', 'cooking', 'renamed'
);
select is(pg_temp.category('cooking.knives') is not null, true, 'with what is below');
select is(tests.outcome($$ select public.move_category(gen_random_uuid(), null) $$), 'category_not_found', 'only what exists');

-- Six levels.
select tests.remember('deep', (public.save_category('l1', 'L1') ->> 'id')::uuid);
do $$
begin
  for n in 2..6 loop
    perform tests.remember('deep', (public.save_category('l' || n, 'L' || n, tests.ref('deep')) ->> 'id')::uuid);
  end loop;
end;
$$;
select is(pg_temp.category('l1.l2.l3.l4.l5.l6'), tests.ref('deep'), 'six levels');
select is(tests.outcome($$ select public.save_category('l7', 'L7', tests.ref('deep')) $$), 'category_too_deep', 'not seven');
select is(
  tests.outcome($$ select public.move_category(pg_temp.category('cooking'), pg_temp.category('l1.l2.l3.l4.l5')) $$),
  'category_too_deep', 'not by moving a subtree either'
);
select is(pg_temp.category('cooking.knives') is not null, true, 'which then stays whole');

-- Deleting.
select is(tests.outcome($$ select public.delete_category(pg_temp.category('cooking')) $$), 'category_not_empty', 'not with children');
select tests.become('owner');
update public.products set category_id = pg_temp.category('cooking.knives') where id = tests.ref('poster');
select tests.become('admin');
select is(tests.outcome($$ select public.delete_category(pg_temp.category('cooking.knives')) $$), 'category_not_empty', 'not with products');
select is(tests.outcome($$ select public.delete_category(pg_temp.category('cooking.ceramics')) $$), 'ok', 'an empty one');
select tests.back();
select is(
  (select count(*) from private.audit_log as a where a.entity = 'categories' and a.action = 'delete' and a.actor_id = tests.id('admin')),
  1::bigint, 'which is audited'
);
select * from finish();
rollback;
