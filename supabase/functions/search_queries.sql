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
language sql
stable
security definer
set search_path = ''
as $$
  with near as (
    select w.word, w.documents from private.search_words as w
    where w.word operator(extensions.%) p_word
    union
    -- Trigrams of a short word do not survive two letters changing places, or one left out.
    select w.word, w.documents from private.search_words as w
    where w.word in (
      select overlay(
        p_word placing substr(p_word, n + 1, 1) || substr(p_word, n, 1) from n for 2
      )
      from generate_series(1, char_length(p_word) - 1) as n
      union all
      select overlay(p_word placing '' from n for 1) from generate_series(1, char_length(p_word)) as n
      union all
      select substr(p_word, 1, n) || l || substr(p_word, n + 1)
      from generate_series(0, char_length(p_word)) as n,
        unnest(string_to_array('abcdefghijklmnopqrstuvwxyz', null)) as l
      where char_length(p_word) <= 6
      union all
      select overlay(p_word placing l from n for 1) from generate_series(1, char_length(p_word)) as n,
        unnest(string_to_array('abcdefghijklmnopqrstuvwxyz', null)) as l
      where char_length(p_word) <= 6
    )
  ),
  measured as (
    select
      n.word, n.documents, extensions.similarity(n.word, p_word) as likeness,
      case when n.word in (
        select overlay(
          p_word placing substr(p_word, i + 1, 1) || substr(p_word, i, 1) from i for 2
        )
        from generate_series(1, char_length(p_word) - 1) as i
      ) then 1 else extensions.levenshtein(n.word, p_word) end as distance
    from near as n
  )
  select coalesce(array_agg(b.word order by b.distance, b.likeness desc, b.documents desc), '{}')
  from (
    select * from measured as m
    where m.distance <= case
      when char_length(p_word) < 3 then 0
      when char_length(p_word) < 6 then 1
      when char_length(p_word) < 10 then 2
      else 3
    end
    order by m.distance, m.likeness desc, m.documents desc
    limit 3
  ) as b;
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
