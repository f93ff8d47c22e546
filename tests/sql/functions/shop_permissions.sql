-- Which role may do what: data, and what asks it.
begin;
select no_plan();
select tests.world();

select set_eq(
  'select role::text, permission from private.shop_permissions',
  $$
    select r.role, p.permission
    from (values ('owner'), ('manager'), ('staff')) as r (role)
    cross join (values
      ('catalogue.edit', false), ('orders.read', true), ('orders.fulfil', true),
      ('money.read', false), ('members.manage', false), ('settings.edit', false),
      ('discounts.edit', false), ('reviews.reply', true)
    ) as p (permission, staff)
    where r.role = 'owner' or (r.role = 'manager' and p.permission <> 'members.manage') or (r.role = 'staff' and p.staff)
  $$,
  'the table of permissions'
);
select tests.become('owner');
select is(cardinality(public.my_shop_permissions(tests.ref('alpha-shop'))), 8, 'an owner has all');
select is(public.my_shop_permissions(tests.ref('beta-shop')), '{}', 'in the own shop only');
select results_eq($$ select private.shop_ids_with('members.manage') $$, array[tests.ref('alpha-shop')], 'as policies ask');
select tests.become('manager');
select ok(private.has_shop_permission(tests.ref('alpha-shop'), 'money.read'), 'a manager sees the money');
select ok(not private.has_shop_permission(tests.ref('alpha-shop'), 'members.manage'), 'and manages no members');
select tests.become('staff');
select is(public.my_shop_permissions(tests.ref('alpha-shop')), array['orders.fulfil', 'orders.read', 'reviews.reply'], 'staff serves');
select ok(not private.has_shop_permission(tests.ref('alpha-shop'), 'nonsense'), 'an unknown permission is nobody''s');
select isnt_empty('select 1 from public.shop_orders', 'staff sees paid orders');
select is_empty($$ select private.shop_ids_with('catalogue.edit') $$, 'and edits nothing');
select tests.become('stranger');
select is(public.my_shop_permissions(tests.ref('alpha-shop')), '{}', 'a stranger has none');
select is_empty($$ select private.shop_ids_with('orders.read') $$, 'anywhere');

-- A changed table counts at once, for policies and RPCs alike.
select tests.back();
delete from private.shop_permissions where permission = 'orders.read' and role = 'staff';
insert into private.shop_permissions (role, permission) values ('staff', 'catalogue.edit');
select tests.become('staff');
select is_empty('select 1 from public.shop_orders', 'taken away');
select is_empty('select 1 from public.order_items', 'from the items too');
select is(tests.touched($$ update public.products set title = 'By staff' where id = tests.ref('poster') $$), 1::bigint, 'and given');
select is(tests.outcome($$ select public.archive_product(tests.ref('poster')) $$), 'ok', 'to the RPCs as well');

select tests.become('staff');
select is(tests.outcome($$ select public.rename_shop(tests.ref('alpha-shop'), 'mine') $$), 'permission_denied', 'a colleague without it is told so');
select is(tests.status($$ select public.rename_shop(tests.ref('alpha-shop'), 'mine') $$), 403, 'as 403');
select tests.become('stranger');
select is(tests.outcome($$ select public.rename_shop(tests.ref('alpha-shop'), 'mine') $$), 'shop_not_found', 'a stranger finds no shop');
select tests.become_anon();
select is(tests.outcome($$ select public.my_shop_permissions(tests.ref('alpha-shop')) $$), '42501', 'anon asks nothing');

select * from finish();
rollback;
