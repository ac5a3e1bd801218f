"""The journal's tables, by hand: partitions by month, two roles, rows that nobody can change.

The owner of the database migrates and owns everything here. The application's role may read, append through one function, insert seals,
and nothing else (house.md 4.2; reliability.md R71). Triggers refuse the same to a deployment that has one role only.
"""

from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from django.db import migrations
from psycopg import sql

from matricule.core import config

TABLES = """
create sequence core_journal_id cache 1;

create table core_journal (
    id bigint not null,
    month integer not null,
    at timestamptz not null,
    actor text not null,
    action text not null,
    subject_kind text,
    subject_id uuid,
    detail jsonb not null,
    outcome text not null,
    primary key (month, id),
    check ((subject_kind is null) = (subject_id is null)),
    check (month = extract(year from at at time zone 'UTC') * 100 + extract(month from at at time zone 'UTC'))
) partition by list (month);
create index core_journal_subject on core_journal (subject_id, id);

create table core_journal_seal (
    n bigint primary key,
    month integer not null,
    kind text not null check (kind in ('rows', 'final', 'drop')),
    first_id bigint not null,
    last_id bigint not null,
    rows integer not null,
    marks bytea not null,
    prev bytea not null,
    hash bytea not null,
    sealed_at timestamptz not null
);
create unique index core_journal_seal_final on core_journal_seal (month) where kind = 'final';
create index core_journal_seal_month on core_journal_seal (month, n);

create function core_journal_refuse() returns trigger language plpgsql as $$
begin
    raise insufficient_privilege using message = 'the journal is append-only';
end $$;

create trigger core_journal_rows before update or delete on core_journal
    for each row execute function core_journal_refuse();
create trigger core_journal_whole before truncate on core_journal
    for each statement execute function core_journal_refuse();
create trigger core_journal_seal_rows before update or delete on core_journal_seal
    for each row execute function core_journal_refuse();
create trigger core_journal_seal_whole before truncate on core_journal_seal
    for each statement execute function core_journal_refuse();

create function core_journal_own(what regclass) returns void language plpgsql
    set search_path = public, pg_temp as $$
declare
    other record;
    kind text := case (select relkind from pg_class where oid = what) when 'S' then 'sequence' else 'table' end;
begin
    for other in
        select distinct case grantee when 0 then 'public' else grantee::regrole::text end as name
          from pg_class, aclexplode(relacl) where oid = what and grantee <> relowner
    loop
        execute format('revoke all on %s %s from %s', kind, what, other.name);
    end loop;
end $$;

create function core_journal_make_month(wanted integer) returns void language plpgsql security definer
    set search_path = public, pg_temp as $$
declare
    part text := 'core_journal_' || wanted;
begin
    if wanted not between 202001 and 209912 or wanted % 100 not between 1 and 12 then
        raise invalid_parameter_value using message = 'not a month';
    end if;
    perform pg_advisory_xact_lock(8, wanted);
    if to_regclass('public.' || part) is not null then
        return;
    end if;
    -- like and attach: create ... partition of would lock every reader and writer of the journal out
    execute format('create table %I (like core_journal including constraints, check (month = %s))', part, wanted);
    execute format('create trigger core_journal_whole before truncate on %I for each statement execute function core_journal_refuse()', part);
    execute format('alter table core_journal attach partition %I for values in (%s)', part, wanted);
    perform core_journal_own(part::regclass);
end $$;

create function core_journal_append(
    at timestamptz, actor text, action text, subject_kind text, subject_id uuid, detail jsonb, outcome text
) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$
declare
    wanted integer := to_char(at at time zone 'UTC', 'YYYYMM');
    entry bigint;
begin
    -- before the id is taken: when the sealer holds this lock, no writer with a smaller id is left
    perform pg_advisory_xact_lock_shared(7, wanted);
    if exists (select from core_journal_seal s where s.month = wanted and s.kind = 'final') then
        raise insufficient_privilege using message = 'this month of the journal is closed';
    end if;
    if to_regclass('public.core_journal_' || wanted) is null then
        perform core_journal_make_month(wanted);
    end if;
    insert into core_journal
        values (nextval('core_journal_id'), wanted, at, actor, action, subject_kind, subject_id, detail, outcome)
        returning id into entry;
    return entry;
end $$;

create function core_journal_drop_month(wanted integer) returns void language plpgsql security definer
    set search_path = public, pg_temp set lock_timeout = '2s' as $$
begin
    if to_date(wanted::text, 'YYYYMM') + interval '13 months' > now() then
        raise insufficient_privilege using message = 'the law wants this month of the journal kept longer';
    end if;
    if 2 <> (select count(*) from core_journal_seal where month = wanted and kind in ('final', 'drop')) then
        raise insufficient_privilege using message = 'only a closed month whose removal is sealed may be dropped';
    end if;
    execute format('drop table %I', 'core_journal_' || wanted);
end $$;
"""

OWN = """
select core_journal_own('core_journal');
select core_journal_own('core_journal_seal');
select core_journal_own('core_journal_id');
revoke all on function core_journal_refuse, core_journal_own, core_journal_make_month, core_journal_append, core_journal_drop_month
    from public;
"""

GRANTS = """
revoke all on function core_journal_refuse, core_journal_own from {app};
grant select on core_journal, core_journal_seal to {app};
grant insert on core_journal_seal to {app};
grant execute on function core_journal_make_month, core_journal_append, core_journal_drop_month to {app};
"""

REMOVE = """
drop function core_journal_append, core_journal_make_month, core_journal_drop_month, core_journal_own;
drop table core_journal, core_journal_seal;
drop sequence core_journal_id;
drop function core_journal_refuse;
"""


def make(apps, schema_editor):
    today = datetime.now(UTC)
    months = [divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(3)]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(TABLES + OWN)
        for year, month in months:
            cursor.execute("select core_journal_make_month(%s)", [year * 100 + month + 1])
        role = unquote(urlsplit(config.current().database_url).username or "app")
        cursor.execute("select 1 from pg_roles where rolname = %s and rolname <> current_user", [role])
        if cursor.fetchone():
            cursor.execute(sql.SQL(GRANTS).format(app=sql.Identifier(role)))


def remove(apps, schema_editor):
    schema_editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_outbox")]

    operations = [migrations.RunPython(make, remove, elidable=False)]
