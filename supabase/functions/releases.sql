-- New versions of digital files: their buyers are told, and get them under the grant they have.

create or replace function private.announce_release(p_file public.product_files)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into private.release_announcements (product_file_id, product_id)
  select p_file.id, p_file.product_id
  where p_file.version > 1 and exists (
    select 1 from public.download_grants as g where g.product_id = p_file.product_id
  )
  on conflict (product_file_id) do nothing;
$$;
comment on function private.announce_release(public.product_files) is
'A file has passed its checks: if it is a new version of something sold, its buyers are going to be told.';
revoke all on function private.announce_release(public.product_files) from public;

create or replace function private.announce_releases()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_release private.release_announcements;
  v_grant public.download_grants;
  v_notice uuid;
  v_count integer := 0;
begin
  select * into v_release from private.release_announcements as a
  where a.done_at is null order by a.created_at limit 1
  for update skip locked;
  if v_release.product_file_id is null then
    return;
  end if;
  for v_grant in
    select g.* from public.download_grants as g
    where g.product_id = v_release.product_id
      and g.id > coalesce(v_release.last_grant_id, '00000000-0000-0000-0000-000000000000')
      and g.created_at <= v_release.created_at
    order by g.id limit 500
    for no key update
  loop
    v_count := v_count + 1;
    v_release.last_grant_id := v_grant.id;
    continue when v_grant.revoked_at is not null or v_grant.expires_at < now();
    update public.download_grants as g
    set download_limit = least(g.download_limit + 5, 1000)
    where g.id = v_grant.id;
    insert into private.release_notices (product_file_id, buyer_id)
    values (v_release.product_file_id, v_grant.buyer_id)
    on conflict (product_file_id, buyer_id) do nothing
    returning id into v_notice;
    -- Two grants (alone, and in a bundle) are one message.
    if found then
      perform private.queue_email('new_version', v_notice, v_grant.buyer_id);
      perform private.emit(
        'private-user-' || v_grant.buyer_id, 'file.new_version',
        jsonb_build_object(
          'product_id', v_release.product_id, 'file_id', v_release.product_file_id,
          'order_item_id', v_grant.order_item_id
        )
      );
    end if;
  end loop;
  update private.release_announcements as a
  set last_grant_id = v_release.last_grant_id, done_at = case when v_count < 500 then now() end
  where a.product_file_id = v_release.product_file_id;
end;
$$;
comment on function private.announce_releases() is
'Periodic: 500 buyers at a time get five more downloads for a new version, an email and an event.';
revoke all on function private.announce_releases() from public;

create or replace function private.release_data(p_notice_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
    'buyer_name', coalesce(nullif(b.display_name, ''), b.handle), 'product', p.title,
    'shop', s.name, 'file_name', f.file_name, 'version', f.version,
    'release_notes', f.release_notes, 'library_url_path', '/library'
  )
  from private.release_notices as n
  inner join public.product_files as f on f.id = n.product_file_id
  inner join public.products as p on p.id = f.product_id
  inner join public.shops as s on s.id = f.shop_id
  inner join public.profiles as b on b.id = n.buyer_id
  where n.id = p_notice_id;
$$;
comment on function private.release_data(uuid) is 'What the template new_version shows.';
revoke all on function private.release_data(uuid) from public;
