-- Telling a storefront which of its static pages are out of date.

create or replace function private.revalidate(p_kind text, p_id uuid)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into private.catalogue_changes (kind, entity_id) values (p_kind, p_id);
$$;
comment on function private.revalidate(text, uuid) is
'The page of this product or shop is out of date: in the transaction of the cause, coalesced a second later.';
revoke all on function private.revalidate(text, uuid) from public;

create or replace function private.queue_revalidation(p_kind text, p_ids uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id uuid;
begin
  for v_id in
    insert into private.revalidations (kind, entity_id)
    select p_kind, i from unnest(p_ids) as i order by i
    on conflict (kind, entity_id) do nothing
    returning entity_id
  loop
    perform private.enqueue('revalidate', jsonb_build_object('kind', p_kind, 'id', v_id));
  end loop;
end;
$$;
comment on function private.queue_revalidation(text, uuid[]) is
'Queue one call per entity, unless one waits already.';
revoke all on function private.queue_revalidation(text, uuid[]) from public;

create or replace function private.begin_revalidation(p_kind text, p_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Forgotten before the call is made: what changes during it is told by another.
  delete from private.revalidations as r where r.kind = p_kind and r.entity_id = p_id;
  return case p_kind
    when 'product' then (
      select jsonb_build_object(
        'slug', p.slug, 'shop_slug', s.slug, 'is_listed', p.is_listed
      )
      from public.products as p inner join public.shops as s on s.id = p.shop_id
      where p.id = p_id
    )
    when 'shop' then (
      select jsonb_build_object('slug', s.slug, 'is_listed', s.status = 'active')
      from public.shops as s where s.id = p_id
    )
  end;
end;
$$;
comment on function private.begin_revalidation(text, uuid) is
'For the worker: what the storefront is told of an entity; null when it is gone.';
revoke all on function private.begin_revalidation(text, uuid) from public;
grant execute on function private.begin_revalidation(text, uuid) to agora_workers;
