-- What names may consist of.
begin;
select no_plan();
select tests.world();

create temp table bad (what text, s text);
insert into bad
values
('a control character', E'a\u0007b'), ('a line break', E'a\nb'), ('a tab', E'a\tb'), ('delete', E'a\u007fb'),
('a C1 control', E'a\u0085b'), ('a soft hyphen', E'a\u00adb'), ('a zero-width space', E'a\u200bb'),
('a joiner', E'a\u200db'), ('a right-to-left mark', E'a\u200fb'), ('a line separator', E'a\u2028b'),
('a bidi override', E'a\u202eb'), ('a bidi isolate', E'a\u2066b'), ('a word joiner', E'a\u2060b'),
('a byte order mark', E'\ufeffab'), ('a Hangul filler', E'a\u3164b'), ('a tag', E'a\U000E0041b'),
('an Arabic letter mark', E'a\u061cb');
grant select on bad to public;
select ok(not private.is_plain_line(s), 'not in a line: ' || what) from bad;
select ok(private.is_plain_line(s), 'fine: ' || s)
from unnest(array['', 'Ada Lovelace', 'Zoë O’Neil-Łukasz', '山田太郎', 'علي', 'Ñandú 🦤', '%_"''\<b>']) as s;
select ok(private.is_plain_text(E'two\nlines\tand a joiner \u200d'), 'text has lines and joiners');
select ok(not private.is_plain_text(E'a\u202eb'), 'and no overrides');

select tests.become('buyer');
select is(tests.outcome(format('update public.profiles set display_name = %L', s)), '23514', 'no display name: ' || what) from bad;
select is(tests.outcome(format('update public.profiles set handle = %L', s)), '23514', 'no handle: ' || what) from bad;
select is(tests.outcome(format('select public.create_shop(''A shop'', %L)', s)), 'invalid_slug', 'no slug: ' || what) from bad;
select is(tests.outcome(format('update public.profiles set avatar_path = %L', v.path)), v.code, v.path)
from (
  values
  (tests.id('buyer') || '/me.png', 'ok'), (tests.id('owner') || '/me.png', '23514'), ('me.png', '23514'),
  (tests.id('buyer') || '/../me.png', '23514'), (tests.id('buyer') || '/me.svg', '23514'), (tests.id('buyer') || '/a/b.png', '23514')
) as v (path, code);

select * from finish();
rollback;
