-- Invitations to work in a shop: a token by email, for whoever owns the address.

-- The address lives only as long as the invitation is open, and so does an email that still waits.
create or replace function private.tg_shop_invitations__settle()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  new.email := null;
  new.settled_at := now();
  update private.email_messages as m set state = 'dropped'
  where m.template = 'shop_invitation' and m.state = 'queued' and m.entity_id in (
    select s.id from private.shop_invitation_sends as s where s.invitation_id = new.id
  );
  return new;
end;
$$;
comment on function private.tg_shop_invitations__settle() is
'Accepted, revoked or expired: forgets the address and drops emails that were not sent yet.';
revoke all on function private.tg_shop_invitations__settle() from public;

create or replace trigger tg_shop_invitations__settle
before update of status on public.shop_invitations
for each row when (old.status = 'pending' and new.status <> 'pending')
execute function private.tg_shop_invitations__settle();

create or replace function private.limit_invitations(p_user uuid, p_email text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  -- A hash: the address itself is kept in the invitation only.
  v_wait integer := greatest(
    private.rate_hit('invitation', p_user::text),
    private.rate_hit(
      'invitation_address', encode(sha256(convert_to(p_email, 'utf8')), 'hex')
    )
  );
begin
  if v_wait > 0 then
    perform private.fail(
      429, 'rate_limited', 'Too many invitations, or too many to this address.',
      'Wait as long as Retry-After says.', null, v_wait
    );
  end if;
end;
$$;
comment on function private.limit_invitations(uuid, text) is
'Invitations are emails to strangers: limited per sender and per address. Errors: rate_limited.';
revoke all on function private.limit_invitations(uuid, text) from public;

create or replace function private.invite_member(
    p_shop_id uuid, p_email text, p_role public.shop_role
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop public.shops := private.require_shop(p_shop_id, 'members.manage');
  v_email text := lower(trim(coalesce(p_email, '')));
  v_invitation public.shop_invitations;
  v_send uuid;
begin
  if v_shop.status = 'suspended' then
    perform private.fail(409, 'shop_suspended', 'The shop is suspended.', 'See rpc/shop_state.');
  end if;
  if p_role is null or p_role = 'owner' then
    perform private.fail(
      422, 'invalid_role', 'The role is manager or staff.',
      'A shop is handed over by rpc/offer_ownership.'
    );
  end if;
  if v_email !~ '^[^@[:space:][:cntrl:]<>",;:\\()]+@[^@[:space:][:cntrl:]<>",;:\\()]+\.[^@[:space:][:cntrl:]<>",;:\\().]+$'
    or char_length(v_email) > 254
  then
    perform private.fail(422, 'invalid_email', 'This is no email address.');
  end if;
  if exists (
    select 1 from public.shop_members as m
    inner join auth.users as u on u.id = m.user_id
    where m.shop_id = p_shop_id and lower(u.email) = v_email
  ) then
    perform private.fail(409, 'already_member', 'Whoever has this address works here already.');
  end if;
  -- The shop's lock makes invitations take turns, so that the cap holds.
  if (
    select count(*) from public.shop_members as m where m.shop_id = p_shop_id
  ) + (
    select count(*) from public.shop_invitations as i
    where i.shop_id = p_shop_id and i.email <> v_email
  ) >= 50 then
    perform private.fail(
      409, 'too_many_members', 'A shop has 50 members and open invitations at most.',
      'Revoke one: rpc/revoke_invitation.'
    );
  end if;
  perform private.limit_invitations(auth.uid(), v_email);
  insert into public.shop_invitations as i (shop_id, email, role, invited_by, expires_at)
  values (p_shop_id, v_email, p_role, auth.uid(), now() + interval '7 days')
  on conflict (shop_id, email) do update
  set role = excluded.role, invited_by = excluded.invited_by, expires_at = excluded.expires_at
  returning * into v_invitation;
  insert into private.shop_invitation_sends (invitation_id) values (v_invitation.id)
  returning id into v_send;
  perform private.queue_email('shop_invitation', v_send, null);
  return to_jsonb(v_invitation);
end;
$$;
comment on function private.invite_member(uuid, text, public.shop_role) is
'See public.invite_member.';
revoke all on function private.invite_member(uuid, text, public.shop_role) from public;
grant execute on function private.invite_member(uuid, text, public.shop_role) to authenticated;

create or replace function public.invite_member(
    shop_id uuid, email text, role public.shop_role
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.invite_member(shop_id, email, role);
$$;
comment on function public.invite_member(uuid, text, public.shop_role) is
'Invite somebody into my shop as manager or staff; again: send it once more. Whether the address has an account is not told. Errors: shop_not_found, permission_denied, shop_closed, shop_suspended, invalid_role, invalid_email, already_member, too_many_members, rate_limited.';
revoke all on function public.invite_member(uuid, text, public.shop_role)
from public, anon, service_role;
grant execute on function public.invite_member(uuid, text, public.shop_role) to authenticated;

create or replace function private.revoke_invitation(p_invitation_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_shop uuid;
begin
  select i.shop_id into v_shop from public.shop_invitations as i
  where i.id = p_invitation_id and i.shop_id in (select private.my_shop_ids());
  if v_shop is null then
    perform private.fail(404, 'invitation_not_found', 'There is no such invitation.');
  end if;
  perform private.require_shop(v_shop, 'members.manage');
  update public.shop_invitations as i set status = 'revoked'
  where i.id = p_invitation_id and i.status = 'pending';
end;
$$;
comment on function private.revoke_invitation(uuid) is 'See public.revoke_invitation.';
revoke all on function private.revoke_invitation(uuid) from public;
grant execute on function private.revoke_invitation(uuid) to authenticated;

create or replace function public.revoke_invitation(invitation_id uuid)
returns void
language sql
set search_path = ''
as $$
  select private.revoke_invitation(invitation_id);
$$;
comment on function public.revoke_invitation(uuid) is
'Withdraw an open invitation of my shop; again is fine. Errors: invitation_not_found, permission_denied, shop_closed.';
revoke all on function public.revoke_invitation(uuid) from public, anon, service_role;
grant execute on function public.revoke_invitation(uuid) to authenticated;

create or replace function private.accept_invitation(p_token text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_invitation public.shop_invitations;
  v_shop public.shops;
  v_account record;
begin
  select i.* into v_invitation
  from private.shop_invitation_tokens as t
  inner join public.shop_invitations as i on i.id = t.invitation_id
  where t.token_sha256 = sha256(convert_to(p_token, 'utf8'));
  if v_invitation.id is null then
    perform private.fail(404, 'invitation_not_found', 'There is no such invitation.');
  end if;
  -- The shop first, as everywhere; then as it is now.
  select s.* into v_shop from public.shops as s where s.id = v_invitation.shop_id
  for no key update;
  select i.* into v_invitation from public.shop_invitations as i where i.id = v_invitation.id;
  if v_invitation.status = 'expired' or v_invitation.expires_at <= now() then
    perform private.fail(
      410, 'invitation_expired', 'The invitation has expired.', 'Ask the shop for another.'
    );
  end if;
  if v_invitation.status <> 'pending' then
    perform private.fail(
      410, 'invitation_settled', 'The invitation was used or withdrawn.',
      'Ask the shop for another.'
    );
  end if;
  select lower(u.email) as email, u.email_confirmed_at is not null as confirmed into v_account
  from auth.users as u where u.id = v_user;
  if v_account.email is distinct from v_invitation.email then
    perform private.fail(
      403, 'invitation_for_another', 'The invitation went to another address.',
      'Sign in with the account of that address.'
    );
  end if;
  if not v_account.confirmed then
    perform private.fail(
      403, 'email_not_confirmed', 'The account''s address is not confirmed yet.',
      'Follow the link in Auth''s email first.'
    );
  end if;
  if v_shop.status = 'suspended' then
    perform private.fail(409, 'shop_suspended', 'The shop is suspended.', 'Try later.');
  end if;
  insert into public.shop_members (shop_id, user_id, role)
  values (v_invitation.shop_id, v_user, v_invitation.role)
  on conflict (shop_id, user_id) do nothing;
  if not found then
    perform private.fail(409, 'already_member', 'You work in this shop already.');
  end if;
  update public.shop_invitations as i set status = 'accepted' where i.id = v_invitation.id;
  return jsonb_build_object(
    'shop_id', v_shop.id, 'slug', v_shop.slug, 'name', v_shop.name, 'role', v_invitation.role
  );
end;
$$;
comment on function private.accept_invitation(text) is 'See public.accept_invitation.';
revoke all on function private.accept_invitation(text) from public;
grant execute on function private.accept_invitation(text) to authenticated;

create or replace function public.accept_invitation(token text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.accept_invitation(token);
$$;
comment on function public.accept_invitation(text) is
'Join the shop that invited my address, once; returns {shop_id, slug, name, role}. Errors: invitation_not_found, invitation_expired, invitation_settled, invitation_for_another, email_not_confirmed, shop_suspended, already_member.';
revoke all on function public.accept_invitation(text) from public, anon, service_role;
grant execute on function public.accept_invitation(text) to authenticated;

create or replace function private.invitation_address(p_send_id uuid)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select i.email from private.shop_invitation_sends as s
  inner join public.shop_invitations as i on i.id = s.invitation_id
  where s.id = p_send_id;
$$;
comment on function private.invitation_address(uuid) is
'Where an invitation goes; null once it is settled.';
revoke all on function private.invitation_address(uuid) from public;

create or replace function private.invitation_data(p_send_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_token text := translate(encode(extensions.gen_random_bytes(32), 'base64'), '+/=', '-_');
  v_data jsonb;
begin
  insert into private.shop_invitation_tokens (token_sha256, invitation_id)
  select sha256(convert_to(v_token, 'utf8')), s.invitation_id
  from private.shop_invitation_sends as s where s.id = p_send_id;
  select jsonb_build_object(
    'shop_name', s.name, 'role', i.role, 'expires_at', i.expires_at,
    'inviter_name', coalesce(nullif(p.display_name, ''), p.handle, s.name),
    -- Behind a #: a browser sends that to no server, so that no access log holds it.
    'accept_url_path', '/invitations#' || v_token
  )
  into v_data
  from private.shop_invitation_sends as n
  inner join public.shop_invitations as i on i.id = n.invitation_id
  inner join public.shops as s on s.id = i.shop_id
  left join public.profiles as p on p.id = i.invited_by
  where n.id = p_send_id;
  return v_data;
end;
$$;
comment on function private.invitation_data(uuid) is
'What an invitation''s email shows, with a fresh token of which only the hash is kept.';
revoke all on function private.invitation_data(uuid) from public;

create or replace function private.expire_invitations()
returns void
language sql
security definer
set search_path = ''
as $$
  update public.shop_invitations as i set status = 'expired'
  where i.id in (
    select e.id from public.shop_invitations as e
    where e.status = 'pending' and e.expires_at <= now()
    order by e.expires_at limit 1000
    for update skip locked
  );
  delete from public.shop_ownership_offers as o where o.expires_at <= now();
$$;
comment on function private.expire_invitations() is
'Periodic: invitations and offers of ownership past their time; the addresses go with them.';
revoke all on function private.expire_invitations() from public;
