-- Reviews: public while visible and the product is; hidden ones for author and moderators. By RPC only.
alter table public.product_reviews enable row level security;
revoke all on public.product_reviews from public, anon, authenticated, service_role;
grant select on public.product_reviews to service_role;
grant select on public.product_reviews to anon, authenticated;

drop policy if exists select_visible on public.product_reviews;
create policy select_visible on public.product_reviews
for select to anon
using (status = 'visible' and exists (
  select 1 from public.products as p where p.id = product_reviews.product_id and p.is_listed
));
comment on policy select_visible on public.product_reviews is
'Visitors see visible reviews of listed products.';

drop policy if exists select_visible_or_own on public.product_reviews;
create policy select_visible_or_own on public.product_reviews
for select to authenticated
using (author_id = (select auth.uid())
  or (status = 'visible' and exists (select 1 from public.products as p where p.id = product_reviews.product_id))
  or (select private.has_role('moderator'))
  or (select private.has_role('admin')));
comment on policy select_visible_or_own on public.product_reviews is
'Everyone sees visible reviews of products they see; authors their own; moderators all.';
