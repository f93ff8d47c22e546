-- Reading reviews: a product's page by page, and the moderators' list.

-- Definer: one look at the product instead of one per review, and no look at profiles' policies.
create or replace function private.product_reviews_page(
    p_product_id uuid, p_after text, p_sort text, p_page_size integer
)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_product public.products;
  v_size integer := least(greatest(coalesce(p_page_size, 20), 1), 50);
  v_after text[] := regexp_match(
    p_after,
    '^(?:(\d{1,9}):)?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$'
  );
  v_ids uuid[];
  v_last public.product_reviews;
begin
  if coalesce(p_sort, '') not in ('newest', 'helpful') then
    perform private.fail(422, 'invalid_sort', 'Sort by newest or helpful.');
  end if;
  if p_after is not null and (v_after is null or (v_after[1] is null) <> (p_sort = 'newest')) then
    perform private.fail(
      422, 'invalid_cursor', 'No page begins there.', 'Give next of the page before, same sort.'
    );
  end if;
  select p.* into v_product from public.products as p
  where p.id = p_product_id
    and (p.is_listed or p.shop_id in (select private.my_shop_ids()));
  if v_product.id is null then
    perform private.fail(404, 'product_not_found', 'There is no such product.');
  end if;
  -- One more than the page, to know whether there is another.
  if p_sort = 'newest' then
    v_ids := array(
      select r.id from public.product_reviews as r
      where r.product_id = p_product_id and r.status = 'visible'
        and (v_after is null or r.id < v_after[2]::uuid)
      order by r.id desc
      limit v_size + 1
    );
  else
    v_ids := array(
      select r.id from public.product_reviews as r
      where r.product_id = p_product_id and r.status = 'visible'
        and (v_after is null
          or (r.helpful_count, r.id) < (v_after[1]::integer, v_after[2]::uuid))
      order by r.helpful_count desc, r.id desc
      limit v_size + 1
    );
  end if;
  if cardinality(v_ids) > v_size then
    select r.* into v_last from public.product_reviews as r where r.id = v_ids[v_size];
  end if;
  return jsonb_build_object(
    'product_id', v_product.id, 'rating_count', v_product.rating_count,
    'rating_avg', v_product.rating_avg, 'rating_counts', to_jsonb(v_product.rating_counts),
    'reviews', (
      select coalesce(
        jsonb_agg(
          to_jsonb(r) - array['shop_id', 'hidden_reason', 'moderated_at', 'status', 'author_id']
          || jsonb_build_object(
            'author', jsonb_build_object(
              'id', a.id, 'handle', a.handle, 'display_name', a.display_name,
              'avatar_path', a.avatar_path
            )
          )
          order by l.n
        ),
        '[]'
      )
      from unnest(v_ids[1:v_size]) with ordinality as l (id, n)
      inner join public.product_reviews as r on r.id = l.id
      inner join public.profiles as a on a.id = r.author_id
    ),
    'next', case
      when v_last.id is not null and p_sort = 'newest' then v_last.id::text
      when v_last.id is not null then v_last.helpful_count || ':' || v_last.id
    end
  );
end;
$$;
comment on function private.product_reviews_page(uuid, text, text, integer) is
'See public.product_reviews_page.';
revoke all on function private.product_reviews_page(uuid, text, text, integer) from public;
grant execute on function private.product_reviews_page(uuid, text, text, integer)
to anon, authenticated;

create or replace function public.product_reviews_page(
    product_id uuid, after text default null, sort text default 'newest',
    page_size integer default 20
)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select private.product_reviews_page(product_id, after, sort, page_size);
$$;
comment on function public.product_reviews_page(uuid, text, text, integer) is
'A product''s visible reviews (sort: newest or helpful; at most 50) with its rating and how many reviews gave one to five stars (rating_counts). after: next of the page before; next is null on the last. Callable with GET, by visitors too. Errors: product_not_found, invalid_cursor, invalid_sort.';
revoke all on function public.product_reviews_page(uuid, text, text, integer)
from public, service_role;
grant execute on function public.product_reviews_page(uuid, text, text, integer)
to anon, authenticated;

create or replace function private.reviews_to_moderate(p_after uuid, p_page_size integer)
returns setof public.product_reviews
language plpgsql
stable
security definer
set search_path = ''
rows 50
as $$
begin
  perform private.require_moderator();
  return query
  select r.* from public.product_reviews as r
  where r.moderated_at is null and (p_after is null or r.id > p_after)
  order by r.id
  limit least(greatest(coalesce(p_page_size, 50), 1), 100);
end;
$$;
comment on function private.reviews_to_moderate(uuid, integer) is 'See public.reviews_to_moderate.';
revoke all on function private.reviews_to_moderate(uuid, integer) from public;
grant execute on function private.reviews_to_moderate(uuid, integer) to authenticated;

create or replace function public.reviews_to_moderate(
    after uuid default null, page_size integer default 50
)
returns setof public.product_reviews
language sql
stable
set search_path = ''
rows 50
as $$
  select * from private.reviews_to_moderate(after, page_size);
$$;
comment on function public.reviews_to_moderate(uuid, integer) is
'Reviews whose present text no moderator has looked at, oldest first. after: the last id of the page before. Errors: moderator_only.';
revoke all on function public.reviews_to_moderate(uuid, integer) from public, anon, service_role;
grant execute on function public.reviews_to_moderate(uuid, integer) to authenticated;

create or replace function private.moderate_review(
    p_review_id uuid, p_hide boolean, p_reason text
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_review public.product_reviews;
  v_was public.review_status;
  v_reason text := btrim(coalesce(p_reason, ''));
begin
  perform private.require_moderator();
  select r.* into v_review from public.product_reviews as r where r.id = p_review_id
  for no key update;
  if v_review.id is null then
    perform private.fail(404, 'review_not_found', 'There is no such review.');
  end if;
  if p_hide is null or (p_hide and char_length(v_reason) not between 3 and 500) then
    perform private.fail(
      422, 'reason_required', 'Say why, in 3 to 500 characters; the author reads it.'
    );
  end if;
  v_was := v_review.status;
  update public.product_reviews as r
  set
    status = case when p_hide then 'hidden' else 'visible' end::public.review_status,
    hidden_reason = case when p_hide then v_reason end,
    moderated_at = now()
  where r.id = p_review_id
  returning * into v_review;
  if v_was <> v_review.status then
    perform private.emit(
      'private-user-' || v_review.author_id, 'review.' || case
        when p_hide then 'hidden' else 'restored'
      end,
      jsonb_build_object('review_id', v_review.id)
    );
  end if;
  return to_jsonb(v_review);
end;
$$;
comment on function private.moderate_review(uuid, boolean, text) is 'See public.moderate_review.';
revoke all on function private.moderate_review(uuid, boolean, text) from public;
grant execute on function private.moderate_review(uuid, boolean, text) to authenticated;

create or replace function public.moderate_review(
    review_id uuid, hide boolean, reason text default null
)
returns jsonb
language sql
set search_path = ''
as $$
  select private.moderate_review(review_id, hide, reason);
$$;
comment on function public.moderate_review(uuid, boolean, text) is
'Hide a review, with a reason for its author, or (hide false) restore or keep it. Audited. Errors: moderator_only, review_not_found, reason_required.';
revoke all on function public.moderate_review(uuid, boolean, text)
from public, anon, service_role;
grant execute on function public.moderate_review(uuid, boolean, text) to authenticated;

create or replace trigger tg_product_reviews__audit
after update of status, hidden_reason on public.product_reviews
for each row execute function private.tg_audit();
