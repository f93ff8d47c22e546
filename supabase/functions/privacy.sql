-- Privacy classes: declared per table (supabase/functions/privacy_columns.sql), used to export and to
-- erase a person. The words are explained in docs/dba.md.

create or replace function private.classify(
    p_table text, p_erasure text, p_subject text, p_columns text,
    p_replacements jsonb default '{}', p_erase_subject text default null
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_schema text := split_part(p_table, '.', 1);
  v_name text := split_part(p_table, '.', 2);
begin
  delete from private.column_privacy as c where c.table_schema = v_schema and c.table_name = v_name;
  insert into private.privacy_tables (table_schema, table_name, on_erasure, subject, erase_subject)
  values (v_schema, v_name, p_erasure, p_subject, p_erase_subject)
  on conflict (table_schema, table_name) do update
  set on_erasure = excluded.on_erasure, subject = excluded.subject,
    erase_subject = excluded.erase_subject;
  insert into private.column_privacy (table_schema, table_name, column_name, class, replacement)
  select v_schema, v_name, c.name, split_part(l.line, ':', 1), p_replacements ->> c.name
  from regexp_split_to_table(regexp_replace(p_columns, '\s+', ' ', 'g'), ' *; *') as l (line)
  cross join regexp_split_to_table(trim(split_part(l.line, ':', 2)), ' ') as c (name);
end;
$$;
comment on function private.classify(text, text, text, text, jsonb, text) is
'Declare a table''s privacy, again is fine. p_erasure: none, keep (empty the columns) or delete (the rows). p_subject: condition on a row t that it is about the person $1. p_columns: ''class: column column; class: …''. p_replacements: column to SQL expression.';
revoke all on function private.classify(text, text, text, text, jsonb, text) from public;

-- Both are asked of the catalog, so that a project whose Auth has other columns does as well.
create or replace function private.privacy_columns(p_classes text[])
returns table (
    table_schema text, table_name text, on_erasure text, subject text, erase_subject text,
    column_name text, class text, replacement text, is_nullable boolean, has_default boolean
)
language sql
stable
set search_path = ''
as $$
  select t.table_schema, t.table_name, t.on_erasure, t.subject, t.erase_subject, p.column_name,
    p.class, p.replacement, not a.attnotnull, a.atthasdef
  from private.privacy_tables as t
  inner join private.column_privacy as p
    on p.table_schema = t.table_schema and p.table_name = t.table_name
  inner join pg_catalog.pg_attribute as a
    on a.attrelid = to_regclass(format('%I.%I', t.table_schema, t.table_name))
    and a.attname = p.column_name and a.attnum > 0 and not a.attisdropped
  where p.class = any (p_classes)
  order by t.table_schema, t.table_name, a.attnum;
$$;
comment on function private.privacy_columns(text[]) is
'The classified columns of these classes that exist here, with what their table says.';
revoke all on function private.privacy_columns(text[]) from public;

create or replace function private.export_of(p_user_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v record;
  v_rows jsonb;
  v_result jsonb := '{}';
begin
  for v in
    select c.table_schema, c.table_name, c.subject,
      string_agg(format('t.%I', c.column_name), ', ') as columns
    from private.privacy_columns(
      array['personal_export', 'personal_erase', 'personal_keep_anonymise']
    ) as c
    group by c.table_schema, c.table_name, c.subject
    order by 1, 2
  loop
    execute format(
      'select jsonb_agg(to_jsonb(r)) from (select %s from %I.%I as t where %s) as r',
      v.columns, v.table_schema, v.table_name, v.subject
    ) into v_rows using p_user_id;
    if v_rows is not null then
      v_result := v_result || jsonb_build_object(v.table_schema || '.' || v.table_name, v_rows);
    end if;
  end loop;
  return v_result;
end;
$$;
comment on function private.export_of(uuid) is
'Every personal column of every row about a person, by table: generated from the privacy classes.';
revoke all on function private.export_of(uuid) from public;

create or replace function private.export_my_data()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user uuid := private.require_signed_in();
begin
  perform private.audit('export', 'users', v_user::text, null, v_user);
  return jsonb_build_object(
    'user_id', v_user, 'exported_at', now(), 'tables', private.export_of(v_user)
  );
end;
$$;
comment on function private.export_my_data() is 'See public.export_my_data.';
revoke all on function private.export_my_data() from public;
grant execute on function private.export_my_data() to authenticated;

create or replace function public.export_my_data()
returns jsonb
language sql
set search_path = ''
as $$
  select private.export_my_data();
$$;
comment on function public.export_my_data() is
'All that is kept about me, as JSON by table; works for suspended and banned people too. Files of mine are in Storage.';
revoke all on function public.export_my_data() from public, anon, service_role;
grant execute on function public.export_my_data() to authenticated;
