-- Reviews: who may write one, until when it may be changed, what the seller answers.
-- Locks: the review first, then (in the triggers of review_counts.sql) its product.

create or replace function private.check_review(p_stars integer, p_title text, p_body text)
returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if coalesce(p_stars, 0) not between 1 and 5 then
    perform private.fail(422, 'invalid_review', 'A review has one to five stars.');
  end if;
  if char_length(coalesce(p_title, '')) > 120 or coalesce(p_title, '') ~ '[[:cntrl:]]' then
    perform private.fail(422, 'invalid_review', 'A title is one line of at most 120 characters.');
  end if;
  if char_length(coalesce(p_body, '')) > 5000
    or translate(coalesce(p_body, ''), e'\n\t', '') ~ '[[:cntrl:]]'
  then
    perform private.fail(
      422, 'invalid_review', 'A text has at most 5000 characters, and no control characters.'
    );
  end if;
end;
$$;
comment on function private.check_review(integer, text, text) is
'Refuse what is no review. Errors: invalid_review.';
revoke all on function private.check_review(integer, text, text) from public;

create or replace function private.write_review(
    p_order_item_id uuid, p_stars integer, p_title text, p_body text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_item public.order_items;
  v_review public.product_reviews;
begin
  select i.* into v_item from public.order_items as i
  where i.id = p_order_item_id and i.buyer_id = v_user;
  if v_item.id is null then
    perform private.fail(404, 'order_item_not_found', 'You have ordered no such thing.');
  end if;
  -- Paid and not given back: the order, its payment, and what a refund takes away.
  if not exists (
    select 1 from public.orders as o
    inner join public.payments as p on p.order_id = o.id
    where o.id = v_item.order_id and o.status = 'paid' and p.status = 'succeeded'
  ) or exists (
    select 1 from public.download_grants as g
    where g.order_item_id = v_item.id and g.revoked_at is not null
  ) then
    perform private.fail(
      409, 'not_purchased', 'Only what is paid and not refunded can be reviewed.'
    );
  end if;
  if exists (
    select 1 from public.shop_members as m
    where m.shop_id = v_item.shop_id and m.user_id = v_user
  ) then
    perform private.fail(409, 'own_product', 'It is sold by a shop you work in.');
  end if;
  perform private.check_review(p_stars, p_title, p_body);
  insert into public.product_reviews (product_id, shop_id, author_id, stars, title, body)
  values (
    v_item.product_id, v_item.shop_id, v_user, p_stars, coalesce(p_title, ''),
    coalesce(p_body, '')
  )
  returning * into v_review;
  insert into private.reviewed_items (order_item_id, review_id)
  values (v_item.id, v_review.id)
  on conflict (order_item_id) do nothing;
  if not found then
    perform private.fail(
      409, 'already_reviewed', 'This purchase has a review.', 'Change it: rpc/edit_review.'
    );
  end if;
  perform private.emit(
    'private-shop-' || v_review.shop_id, 'review.created',
    jsonb_build_object('review_id', v_review.id)
  );
  return to_jsonb(v_review);
end;
$$;
comment on function private.write_review(uuid, integer, text, text) is 'See public.write_review.';
revoke all on function private.write_review(uuid, integer, text, text) from public;
grant execute on function private.write_review(uuid, integer, text, text) to authenticated;

create or replace function public.write_review(
    order_item_id uuid, stars integer, title text default '', body text default ''
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.write_review(order_item_id, stars, title, body);
$$;
comment on function public.write_review(uuid, integer, text, text) is
'Review something I bought, once per purchase: 1 to 5 stars, a title, a text. Errors: order_item_not_found, not_purchased, own_product, already_reviewed, invalid_review.';
revoke all on function public.write_review(uuid, integer, text, text)
from public, anon, service_role;
grant execute on function public.write_review(uuid, integer, text, text) to authenticated;

create or replace function private.edit_review(
    p_review_id uuid, p_stars integer, p_title text, p_body text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_user();
  v_review public.product_reviews;
begin
  select r.* into v_review from public.product_reviews as r
  where r.id = p_review_id and r.author_id = v_user
  for no key update;
  if v_review.id is null then
    perform private.fail(404, 'review_not_found', 'There is no such review.');
  end if;
  if v_review.created_at < now() - interval '30 days' then
    perform private.fail(
      409, 'edit_window_over', 'A review can be changed for 30 days after it was written.'
    );
  end if;
  perform private.check_review(p_stars, p_title, p_body);
  -- A hidden one stays hidden; either way a moderator is to look at the new text.
  update public.product_reviews as r
  set stars = p_stars, title = coalesce(p_title, ''), body = coalesce(p_body, ''),
    edited_at = now(), moderated_at = null
  where r.id = p_review_id
  returning * into v_review;
  return to_jsonb(v_review);
end;
$$;
comment on function private.edit_review(uuid, integer, text, text) is 'See public.edit_review.';
revoke all on function private.edit_review(uuid, integer, text, text) from public;
grant execute on function private.edit_review(uuid, integer, text, text) to authenticated;

create or replace function public.edit_review(
    review_id uuid, stars integer, title text default '', body text default ''
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.edit_review(review_id, stars, title, body);
$$;
comment on function public.edit_review(uuid, integer, text, text) is
'Change my review, up to 30 days after writing it; moderators see it anew. Errors: review_not_found, edit_window_over, invalid_review.';
revoke all on function public.edit_review(uuid, integer, text, text)
from public, anon, service_role;
grant execute on function public.edit_review(uuid, integer, text, text) to authenticated;

create or replace function private.reply_to_review(p_review_id uuid, p_reply text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_review public.product_reviews;
  v_reply text := nullif(btrim(p_reply), '');
begin
  perform private.require_user();
  select r.* into v_review from public.product_reviews as r
  where r.id = p_review_id and r.status = 'visible'
    and r.shop_id in (select private.shop_ids_with('reviews.reply'))
  for no key update;
  if v_review.id is null then
    perform private.fail(404, 'review_not_found', 'There is no such review of your shop.');
  end if;
  if char_length(v_reply) > 2000 or translate(v_reply, e'\n\t', '') ~ '[[:cntrl:]]' then
    perform private.fail(
      422, 'invalid_reply', 'A reply has at most 2000 characters, and no control characters.'
    );
  end if;
  update public.product_reviews as r
  set seller_reply = v_reply, seller_replied_at = case when v_reply is not null then now() end
  where r.id = p_review_id
  returning * into v_review;
  if v_reply is not null then
    perform private.emit(
      'private-user-' || v_review.author_id, 'review.replied',
      jsonb_build_object('review_id', v_review.id)
    );
  end if;
  return to_jsonb(v_review);
end;
$$;
comment on function private.reply_to_review(uuid, text) is 'See public.reply_to_review.';
revoke all on function private.reply_to_review(uuid, text) from public;
grant execute on function private.reply_to_review(uuid, text) to authenticated;

create or replace function public.reply_to_review(review_id uuid, reply text)
returns jsonb
language sql
set search_path = ''
as $$
  select private.reply_to_review(review_id, reply);
$$;
comment on function public.reply_to_review(uuid, text) is
'My shop''s one answer to a review; again changes it, an empty one takes it back. Owner and managers. Errors: review_not_found, invalid_reply.';
revoke all on function public.reply_to_review(uuid, text) from public, anon, service_role;
grant execute on function public.reply_to_review(uuid, text) to authenticated;
