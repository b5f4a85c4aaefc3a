-- The table that the dashboard is drawn from, for PostgreSQL:
--   psql postgres://… -f orders.sql
create table orders (
	id        bigserial primary key,
	placed_at timestamptz not null,
	region    text not null,
	channel   text not null,
	quantity  int not null,
	price     numeric(10, 2) not null,
	minutes   double precision,
	distance  double precision,
	rating    smallint
);

insert into orders (placed_at, region, channel, quantity, price, minutes, distance, rating)
select timestamptz '2026-11-23 00:00Z' + n * interval '40 seconds',
	(array['north', 'east', 'south', 'west'])[1 + floor(4 * random())],
	(array['web', 'shop', 'phone'])[1 + floor(3 * random())],
	1 + floor(5 * random()),
	1 + round(99 * random()::numeric, 2),
	case when n % 50 <> 0 then 10 + 2 * miles + 20 * (random() + random() - 1) end,
	miles,
	1 + floor(5 * random())
from (select n, -12 * ln(1 - random()) as miles from generate_series(1, 2000) as t(n)) as t;
