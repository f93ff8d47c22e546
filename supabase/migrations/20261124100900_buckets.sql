-- Storage buckets. Who may reach what is in supabase/policies/storage_objects.sql.
set lock_timeout = '5s';

insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values
('product-files', 'product-files', false, 104857600, null),
('personalized-files', 'personalized-files', false, 209715200, null),
(
    'product-images', 'product-images', true, 10485760,
    array['image/png', 'image/jpeg', 'image/webp', 'image/avif']
)
on conflict (id) do nothing;
