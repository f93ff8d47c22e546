-- From what a person types to what the index is asked.

create or replace function private.search_text(p_query text)
returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_text text := trim(regexp_replace(coalesce(p_query, ''), '[[:cntrl:][:space:]]+', ' ', 'g'));
begin
  if char_length(v_text) > 200 then
    perform private.fail(422, 'query_too_long', 'A query has at most 200 characters.');
  end if;
  return nullif(v_text, '');
end;
$$;
comment on function private.search_text(text) is
'A query without control characters; null if empty. Errors: query_too_long.';
revoke all on function private.search_text(text) from public;

-- Stemmed or as it is: the plain form finds what English leaves out ("so", "was") in titles, tags
-- and names. Not with an exclusion: the plain form of one would not exclude the stemmed word.
create or replace function private.search_tsquery(p_text text)
returns tsquery
language sql
immutable
set search_path = ''
as $$
  select case
    when numnode(e.q) = 0 then p.q
    when e.q::text ~ '!' or e.q::text = p.q::text then e.q
    else e.q || p.q
  end
  from
    websearch_to_tsquery('private.english'::regconfig, p_text) as e (q),
    websearch_to_tsquery('private.plain'::regconfig, p_text) as p (q);
$$;
comment on function private.search_tsquery(text) is
'websearch syntax ("a phrase", or, -not) in English and in no language at once. Never fails.';
revoke all on function private.search_tsquery(text) from public;

-- Words of the vocabulary that this one may be meant to be: a letter or two off, best first.
create or replace function private.similar_words(p_word text)
returns text[]
language plpgsql
stable
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_length integer := char_length(p_word);
  -- Trigrams of a short word do not survive two letters changing places, or one that is wrong.
  v_swapped text[] := array(
    select overlay(p_word placing substr(p_word, n + 1, 1) || substr(p_word, n, 1) from n for 2)
    from generate_series(1, v_length - 1) as n
  );
  v_letters text[] := string_to_array('abcdefghijklmnopqrstuvwxyz', null);
  v_typed text[] := case when v_length between 3 and 5 then array(
    select substr(p_word, 1, n) || l || substr(p_word, n + 1 + changed)
    from generate_series(0, v_length) as n, unnest(v_letters || ''::text) as l,
      generate_series(0, 1) as changed
  ) else '{}' end;
begin
  if v_length < 3 then
    return '{}';
  end if;
  return array(
    select n.word
    from (
      select w.word, w.documents from private.search_words as w
      where w.word operator(extensions.%) p_word
      union
      select w.word, w.documents from private.search_words as w
      where w.word = any(v_swapped || v_typed)
    ) as n
    cross join lateral (
      select
        case
          when n.word = any(v_swapped) then 1
          else extensions.levenshtein_less_equal(n.word, p_word, 3)
        end as distance,
        extensions.similarity(n.word, p_word) as likeness
    ) as m
    where m.distance <= case when v_length < 6 then 1 when v_length < 10 then 2 else 3 end
    order by m.distance, m.likeness desc, n.documents desc, n.word
    limit 3
  );
end;
$$;
comment on function private.similar_words(text) is
'Up to three words of the catalogue within 1 (short words) to 3 (long ones) letters of this one.';
revoke all on function private.similar_words(text) from public;

create or replace function private.corrected_tsquery(p_text text, p_any boolean)
returns tsquery
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_result tsquery;
  v_word text;
  v_part tsquery;
  v_split tsquery;
  v_like text;
begin
  -- What is excluded stays as it was; operators and quotes are left out: this is a second try.
  for v_word in
    select distinct m[1] from regexp_matches(
      private.normalise(p_text), '(?<![[:alnum:]-])([[:alnum:]]{2,40})', 'g'
    ) as m
    where m[1] <> 'or'
    limit 12
  loop
    v_part := private.search_tsquery(v_word);
    if numnode(v_part) = 0 then
      continue;
    end if;
    if not exists (
      select 1 from private.search_words as w
      where w.stem = coalesce((ts_lexize('pg_catalog.english_stem', v_word))[1], v_word)
        or w.word = v_word
    ) then
      foreach v_like in array private.similar_words(v_word) loop
        v_part := v_part || private.search_tsquery(v_like);
      end loop;
      -- "teddybear": two words of the catalogue without their space.
      select
        private.search_tsquery(s.left_part) && private.search_tsquery(s.right_part)
      into v_split
      from (
        select left(v_word, n) as left_part, substr(v_word, n + 1) as right_part
        from generate_series(3, char_length(v_word) - 3) as n
      ) as s
      where exists (select 1 from private.search_words as w where w.word = s.left_part)
        and exists (select 1 from private.search_words as w where w.word = s.right_part)
      limit 1;
      v_part := v_part || coalesce(v_split, '');
    end if;
    v_result := case
      when v_result is null then v_part
      when p_any then v_result || v_part
      else v_result && v_part
    end;
  end loop;
  return v_result;
end;
$$;
comment on function private.corrected_tsquery(text, boolean) is
'The query with each word that no product has widened by similar ones; p_any: one of the words is enough. Null when no word is left.';
revoke all on function private.corrected_tsquery(text, boolean) from public;
