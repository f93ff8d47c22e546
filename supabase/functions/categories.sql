-- The category tree. Its changes take turns: a lock on the table keeps two moves from making a
-- circle; readers and products are not held up by it.

create or replace function private.tg_categories__path()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_label extensions.ltree := replace(new.slug, '-', '_')::extensions.ltree;
  v_parent extensions.ltree;
begin
  if new.parent_id is null then
    new.path := v_label;
    return new;
  end if;
  select c.path into v_parent from public.categories as c where c.id = new.parent_id;
  if v_parent is null then
    perform private.fail(404, 'category_not_found', 'There is no such category.');
  end if;
  if tg_op = 'UPDATE' and v_parent operator(extensions.<@) old.path then
    perform private.fail(
      409, 'category_in_itself', 'A category cannot lie within itself.', 'Choose another parent.'
    );
  end if;
  new.path := v_parent operator(extensions.||) v_label;
  if extensions.nlevel(new.path) > 6 then
    perform private.fail(409, 'category_too_deep', 'The tree has six levels at most.');
  end if;
  return new;
end;
$$;
comment on function private.tg_categories__path() is 'Keeps categories.path of the row itself.';
revoke all on function private.tg_categories__path() from public;

create or replace trigger tg_categories__path
before insert or update of parent_id, slug on public.categories
for each row execute function private.tg_categories__path();

create or replace function private.tg_categories__subtree()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- The rows below change their path, not their parent: the trigger above leaves them alone, and
  -- this one finds nothing below them that has the old path still.
  update public.categories as c
  set path = new.path operator(extensions.||)
    extensions.subpath(c.path, extensions.nlevel(old.path))
  where c.path operator(extensions.<@) old.path and c.id <> new.id;
  if exists (
    select 1 from public.categories as c
    where c.path operator(extensions.<@) new.path and extensions.nlevel(c.path) > 6
  ) then
    perform private.fail(409, 'category_too_deep', 'The tree has six levels at most.');
  end if;
  return null;
end;
$$;
comment on function private.tg_categories__subtree() is 'Moves what is below a category with it.';
revoke all on function private.tg_categories__subtree() from public;

create or replace trigger tg_categories__subtree
after update of parent_id, slug on public.categories
for each row when (old.path is distinct from new.path)
execute function private.tg_categories__subtree();

create or replace function private.save_category(
    p_category_id uuid, p_slug text, p_name text, p_parent_id uuid, p_position smallint
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_category public.categories;
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  if coalesce(p_slug, '') !~ '^[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?$' then
    perform private.fail(422, 'invalid_slug', 'A slug has 1 to 60 of a-z, 0-9 and hyphens.');
  end if;
  if char_length(coalesce(p_name, '')) not between 2 and 60 or p_name ~ '[[:cntrl:]]' then
    perform private.fail(422, 'invalid_name', 'A category''s name has 2 to 60 characters.');
  end if;
  lock table public.categories in share row exclusive mode;
  if p_category_id is null then
    insert into public.categories (parent_id, slug, name, position)
    values (p_parent_id, p_slug, p_name, coalesce(p_position, 0))
    returning * into v_category;
  else
    update public.categories as c
    set slug = p_slug, name = p_name, position = coalesce(p_position, c.position)
    where c.id = p_category_id
    returning * into v_category;
    if v_category.id is null then
      perform private.fail(404, 'category_not_found', 'There is no such category.');
    end if;
  end if;
  return to_jsonb(v_category);
exception
  when unique_violation then
    perform private.fail(
      409, 'slug_taken', 'A category beside it has this slug.', 'Choose another slug.'
    );
end;
$$;
comment on function private.save_category(uuid, text, text, uuid, smallint) is
'See public.save_category.';
revoke all on function private.save_category(uuid, text, text, uuid, smallint) from public;
grant execute on function private.save_category(uuid, text, text, uuid, smallint)
to authenticated;

create or replace function public.save_category(
    slug text, name text, parent_id uuid default null, "position" smallint default null,
    category_id uuid default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.save_category(category_id, slug, name, parent_id, "position");
$$;
comment on function public.save_category(text, text, uuid, smallint, uuid) is
'Administrators: make a category, or rename the one with this id (its parent stays: move_category). Errors: admin_only, invalid_slug, invalid_name, category_not_found, category_too_deep, slug_taken.';
revoke all on function public.save_category(text, text, uuid, smallint, uuid)
from public, anon, service_role;
grant execute on function public.save_category(text, text, uuid, smallint, uuid)
to authenticated;

create or replace function private.move_category(p_category_id uuid, p_parent_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_category public.categories;
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  lock table public.categories in share row exclusive mode;
  if p_parent_id = p_category_id then
    perform private.fail(
      409, 'category_in_itself', 'A category cannot lie within itself.', 'Choose another parent.'
    );
  end if;
  update public.categories as c set parent_id = p_parent_id
  where c.id = p_category_id
  returning * into v_category;
  if v_category.id is null then
    perform private.fail(404, 'category_not_found', 'There is no such category.');
  end if;
  return to_jsonb(v_category);
exception
  when unique_violation then
    perform private.fail(
      409, 'slug_taken', 'A category beside it has this slug.', 'Choose another slug.'
    );
end;
$$;
comment on function private.move_category(uuid, uuid) is 'See public.move_category.';
revoke all on function private.move_category(uuid, uuid) from public;
grant execute on function private.move_category(uuid, uuid) to authenticated;

create or replace function public.move_category(category_id uuid, parent_id uuid)
returns jsonb
language sql
set search_path = ''
as $$
  select private.move_category(category_id, parent_id);
$$;
comment on function public.move_category(uuid, uuid) is
'Administrators: move a category and all below it; null makes it a root. Errors: admin_only, category_not_found, category_in_itself, category_too_deep, slug_taken.';
revoke all on function public.move_category(uuid, uuid) from public, anon, service_role;
grant execute on function public.move_category(uuid, uuid) to authenticated;

create or replace function private.delete_category(p_category_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not private.has_role('admin') then
    perform private.fail(403, 'admin_only', 'This is for administrators.');
  end if;
  lock table public.categories in share row exclusive mode;
  delete from public.categories as c where c.id = p_category_id;
  if not found then
    perform private.fail(404, 'category_not_found', 'There is no such category.');
  end if;
exception
  when foreign_key_violation then
    perform private.fail(
      409, 'category_not_empty', 'Other categories or products are in it.', 'Move them first.'
    );
end;
$$;
comment on function private.delete_category(uuid) is 'See public.delete_category.';
revoke all on function private.delete_category(uuid) from public;
grant execute on function private.delete_category(uuid) to authenticated;

create or replace function public.delete_category(category_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.delete_category(category_id);
$$;
comment on function public.delete_category(uuid) is
'Administrators: remove an empty category. Errors: admin_only, category_not_found, category_not_empty.';
revoke all on function public.delete_category(uuid) from public, anon, service_role;
grant execute on function public.delete_category(uuid) to authenticated;
