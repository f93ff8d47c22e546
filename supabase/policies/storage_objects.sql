-- Files. The machine user reaches exactly the buckets of private.service_accounts; a shop's managers
-- put in what begin_upload announced; buyers have no access here: they get signed URLs of their own
-- copies from the webhook service. Everybody keeps pictures of themselves in a folder of their own in
-- avatars. No comments on these policies: a hosted project refuses them.
drop policy if exists agora_select on storage.objects;
create policy agora_select on storage.objects
for select to authenticated
using (
  bucket_id = any(array(select private.my_service_buckets()))
  or (
    bucket_id in ('product-files', 'product-images')
    and (storage.foldername(name))[1] = any(array(select private.my_shop_ids()::text))
  )
  or (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
  or (
    bucket_id = 'imports'
    and (storage.foldername(name))[1] = any(array(select private.shop_ids_with('catalogue.edit')::text))
  )
);

drop policy if exists agora_insert on storage.objects;
create policy agora_insert on storage.objects
for insert to authenticated
with check (
  (
    bucket_id = any(array(select private.my_service_buckets()))
    or (bucket_id = 'product-files' and private.may_upload(name))
    or (bucket_id = 'imports' and private.may_import(name))
    or (
      bucket_id = 'product-images'
      and (storage.foldername(name))[1] = any(array(select private.shop_ids_with('catalogue.edit')::text))
    )
    or (bucket_id = 'avatars' and private.may_put_avatar(name))
  )
  and (select private.my_block()) is null
);

drop policy if exists agora_update on storage.objects;
create policy agora_update on storage.objects
for update to authenticated
using (
  (
    (
      bucket_id = 'personalized-files'
      and bucket_id = any(array(select private.my_service_buckets()))
    )
    or (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
  )
  and (select private.my_block()) is null
)
with check (
  (
    (
      bucket_id = 'personalized-files'
      and bucket_id = any(array(select private.my_service_buckets()))
    )
    or (bucket_id = 'avatars' and private.is_my_avatar(name))
  )
  and (select private.my_block()) is null
);

drop policy if exists agora_delete on storage.objects;
create policy agora_delete on storage.objects
for delete to authenticated
using (
  (
    (
      bucket_id in ('personalized-files', 'avatars')
      and bucket_id = any(array(select private.my_service_buckets()))
    )
    or (
      bucket_id in ('product-images', 'imports')
      and (storage.foldername(name))[1] = any(array(select private.shop_ids_with('catalogue.edit')::text))
    )
    or (bucket_id = 'avatars' and (storage.foldername(name))[1] = (select auth.uid())::text)
  )
  and (select private.my_block()) is null
);
