-- Helpful votes: one per person and review, not of one's own. Each person sees theirs.
alter table public.review_votes enable row level security;
revoke all on public.review_votes from public, anon, authenticated, service_role;
grant select on public.review_votes to service_role;
grant select, delete on public.review_votes to authenticated;
grant insert (review_id) on public.review_votes to authenticated;

drop policy if exists select_own on public.review_votes;
create policy select_own on public.review_votes
for select to authenticated
using (user_id = (select auth.uid()));
comment on policy select_own on public.review_votes is
'Each person sees their own votes.';

drop policy if exists insert_own on public.review_votes;
create policy insert_own on public.review_votes
for insert to authenticated
with check (user_id = (select auth.uid())
  and (select private.my_block()) is null
  and exists (
    select 1 from public.product_reviews as r
    where r.id = review_votes.review_id and r.status = 'visible' and r.author_id <> (select auth.uid())
  ));
comment on policy insert_own on public.review_votes is
'A vote for a visible review of somebody else.';

drop policy if exists delete_own on public.review_votes;
create policy delete_own on public.review_votes
for delete to authenticated
using (user_id = (select auth.uid())
  and (select private.my_block()) is null);
comment on policy delete_own on public.review_votes is
'Each person takes their own votes back.';
