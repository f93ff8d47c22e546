-- What a name may consist of. Used by check constraints: every role that writes must execute them.

-- Controls, soft hyphen, invisible fillers, zero-width and bidi characters, line breaks, tags:
-- whatever makes two names look the same or a name look like another. NUL never gets this far.
create or replace function private.is_plain_line(p_text text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select p_text !~ (
    '[\u0001-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180E\u200B-\u200F'
    || '\u2028-\u202E\u2060-\u206F\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\U000E0000-\U000E007F]'
  );
$$;
comment on function private.is_plain_line(text) is
'One line without control, zero-width, bidi or other invisible characters: for names.';
revoke all on function private.is_plain_line(text) from public;
grant execute on function private.is_plain_line(text) to anon, authenticated, service_role;

-- Joiners stay (Persian and emoji need them); what turns the direction of the text does not.
create or replace function private.is_plain_text(p_text text)
returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  select p_text !~ (
    '[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFFF9-\uFFFB'
    || '\U000E0000-\U000E007F]'
  );
$$;
comment on function private.is_plain_text(text) is
'Text of several lines without control characters (tab and line breaks aside) and bidi overrides.';
revoke all on function private.is_plain_text(text) from public;
grant execute on function private.is_plain_text(text) to anon, authenticated, service_role;
