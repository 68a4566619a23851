"""Each function of Timestream's SQL with what it answers, as Timestream's guide and Trino's reference define it; written by hand.

A line is: function | expression | type | answer as the API writes it. `NULL` is NULL, and `!` begins the words of a refusal. The
documentation shows the first line of each function; a test runs all, and another that no function is without one.
"""

# ruff: noqa: E501  a case is one line

from dataclasses import dataclass

_LINES = r"""
now | now() | timestamp | 2026-03-10 12:00:00.000000000
ago | ago(1d) | timestamp | 2026-03-09 12:00:00.000000000
ago | ago(15m) | timestamp | 2026-03-10 11:45:00.000000000
current_date | current_date | date | 2026-03-10
current_time | current_time | time | 12:00:00.000000000
current_timestamp | current_timestamp | timestamp | 2026-03-10 12:00:00.000000000
current_timezone | current_timezone() | varchar | UTC
bin | bin(TIMESTAMP '2022-06-17 10:15:20', 5m) | timestamp | 2022-06-17 10:15:00.000000000
bin | bin(TIMESTAMP '1970-02-15 00:00:00', 30d) | timestamp | 1970-01-31 00:00:00.000000000
bin | bin(now(), 0s) | timestamp | !the interval of bin must be longer than zero
date_trunc | date_trunc('week', TIMESTAMP '2022-06-19 10:15:20') | timestamp | 2022-06-13 00:00:00.000000000
date_trunc | date_trunc('quarter', DATE '2022-06-19') | date | 2022-04-01
date_trunc | date_trunc('hour', TIMESTAMP '2022-06-19 10:15:20') | timestamp | 2022-06-19 10:00:00.000000000
date_trunc | date_trunc('decade', now()) | timestamp | !'decade' is not a valid unit here
date_add | date_add('month', 1, TIMESTAMP '2022-01-31 05:00:00') | timestamp | 2022-02-28 05:00:00.000000000
date_add | date_add('hour', -9, TIMESTAMP '2022-06-17 00:00:00') | timestamp | 2022-06-16 15:00:00.000000000
date_add | date_add('week', 2, DATE '2022-06-17') | date | 2022-07-01
date_diff | date_diff('hour', TIMESTAMP '2022-06-17 00:00:00', TIMESTAMP '2022-06-17 23:59:59') | bigint | 23
date_diff | date_diff('day', DATE '2022-03-10', DATE '2022-03-01') | bigint | -9
date_diff | date_diff('month', TIMESTAMP '2022-01-15 12:00:00', TIMESTAMP '2022-02-15 11:59:59') | bigint | 0
date_diff | date_diff('quarter', TIMESTAMP '2022-01-01 00:00:00', TIMESTAMP '2022-12-31 00:00:00') | bigint | 3
date_diff | date_diff('year', DATE '2020-02-29', DATE '2021-02-28') | bigint | 1
date_format | date_format(TIMESTAMP '2022-06-07 08:05:09', '%Y-%m-%d %H:%i:%s %W %e') | varchar | 2022-06-07 08:05:09 Tuesday 7
date_format | date_format(now(), '%M') | varchar | March
date_format | date_format(now(), '%D') | varchar | !'%D' in the form of date_format is not available here
format_datetime | format_datetime(TIMESTAMP '2022-06-07 08:05:09.250', 'yyyy-MM-dd''T''HH:mm:ss.SSS') | varchar | 2022-06-07T08:05:09.250
format_datetime | format_datetime(now(), 'ZZZ') | varchar | !'ZZZ' in the form of format_datetime is not available here
date_parse | date_parse('2022-07-07 17:44', '%Y-%m-%d %H:%i') | timestamp | 2022-07-07 17:44:00.000000000
date_parse | date_parse('7.7.2022', '%d.%m.%Y') | timestamp | !a text has not the form that it is read by
date_parse | date_parse('17:44', '%H:%i') | timestamp | !the form of date_parse must tell year, month and day, each once
parse_datetime | parse_datetime('2022-07-07 17:44', 'yyyy-MM-dd HH:mm') | timestamp | 2022-07-07 17:44:00.000000000
parse_duration | parse_duration('42.8ms') | interval day to second | 0 00:00:00.042800000
parse_duration | parse_duration('3 fortnights') | interval day to second | !'3 fortnights' is no duration
from_iso8601_timestamp | from_iso8601_timestamp('2022-06-17T08:04:05.000000000+05:00') | timestamp | 2022-06-17 03:04:05.000000000
from_iso8601_timestamp | from_iso8601_timestamp('2022-06-17') | timestamp | 2022-06-17 00:00:00.000000000
from_iso8601_timestamp | from_iso8601_timestamp('17.6.2022') | timestamp | !a text is no ISO 8601 time
from_iso8601_date | from_iso8601_date('2022-06-17') | date | 2022-06-17
to_iso8601 | to_iso8601(DATE '2022-06-17') | varchar | 2022-06-17
to_iso8601 | to_iso8601(now()) | varchar | !Unexpected parameters (timestamp) for function to_iso8601
from_unixtime | from_unixtime(1655453045.5) | timestamp | 2022-06-17 08:04:05.500000000
to_unixtime | to_unixtime(TIMESTAMP '2022-06-17 08:04:05.500') | double | 1.6554530455E9
from_milliseconds | from_milliseconds(1655453045500) | timestamp | 2022-06-17 08:04:05.500000000
to_milliseconds | to_milliseconds(TIMESTAMP '2022-06-17 08:04:05.500999') | bigint | 1655453045500
to_milliseconds | to_milliseconds(2m) | bigint | 120000
from_nanoseconds | from_nanoseconds(1655453045500000000) | timestamp | 2022-06-17 08:04:05.500000000
from_nanoseconds | from_nanoseconds(1) | timestamp | !times are kept to the microsecond
to_nanoseconds | to_nanoseconds(TIMESTAMP '2022-06-17 08:04:05.500') | bigint | 1655453045500000000
to_nanoseconds | to_nanoseconds(3us) | bigint | 3000
date | date(TIMESTAMP '2022-07-07 17:44:43.771') | date | 2022-07-07
date | date('2022-07-07') | date | 2022-07-07
last_day_of_month | last_day_of_month(TIMESTAMP '2024-02-07 17:44:43') | date | 2024-02-29
year | year(TIMESTAMP '2022-07-07 17:44:43.771') | bigint | 2022
quarter | quarter(DATE '2022-07-07') | bigint | 3
month | month(TIMESTAMP '2022-07-07 17:44:43.771') | bigint | 7
week | week(DATE '2021-01-03') | bigint | 53
week_of_year | week_of_year(DATE '2021-01-04') | bigint | 1
day | day(TIMESTAMP '2022-07-07 17:44:43.771') | bigint | 7
day_of_month | day_of_month(DATE '2022-07-31') | bigint | 31
day_of_week | day_of_week(DATE '2022-07-10') | bigint | 7
dow | dow(DATE '2022-07-11') | bigint | 1
day_of_year | day_of_year(DATE '2024-12-31') | bigint | 366
doy | doy(DATE '2022-02-01') | bigint | 32
year_of_week | year_of_week(DATE '2021-01-03') | bigint | 2020
yow | yow(DATE '2021-01-04') | bigint | 2021
hour | hour(TIMESTAMP '2022-07-07 17:44:43.771') | bigint | 17
minute | minute(TIMESTAMP '2022-07-07 17:44:43.771') | bigint | 44
second | second(TIMESTAMP '2022-07-07 17:44:43.771') | bigint | 43
millisecond | millisecond(TIMESTAMP '2022-07-07 17:44:43.771') | bigint | 771
nanosecond | nanosecond(TIMESTAMP '2022-07-07 17:44:43.771') | bigint | 771000000
extract | extract(YEAR FROM TIMESTAMP '2022-07-07 17:44:43.771') | bigint | 2022
extract | extract(DOW FROM DATE '2022-07-10') | bigint | 7
extract | extract(HOUR FROM DATE '2022-07-10') | bigint | !Cannot extract hour from date
length | length('grün🙂') | bigint | 5
upper | upper('grün') | varchar | GRÜN
upper | upper('groß') | varchar | !upper is not available for a text with the letter ß
lower | lower('GRÜN') | varchar | grün
trim | trim('  a b  ') | varchar | a b
ltrim | ltrim('  a ') || '.' | varchar | a .
rtrim | '.' || rtrim(' a  ') | varchar | . a
substr | substr('Grüße', 3, 2) | varchar | üß
substr | substr('hello', -3) | varchar | llo
substr | substr('hello', 0) || '.' | varchar | .
substr | substr('hello', -9) || '.' | varchar | .
substr | substr('hello', 2, -1) || '.' | varchar | .
substr | substr('hello', 9) || '.' | varchar | .
substring | substring('hello', 2) | varchar | ello
replace | replace('a-b-c', '-', '+') | varchar | a+b+c
replace | replace('a-b-c', '-') | varchar | abc
replace | replace('abc', '', 'x') | varchar | !the argument 2 of replace must not be empty
split | cardinality(split('a/b//c', '/')) | bigint | 4
split_part | split_part('a/b/c', '/', 2) | varchar | b
split_part | split_part('a/b', '/', 3) | varchar | NULL
strpos | strpos('grün', 'n') | bigint | 4
strpos | strpos('abc', 'x') | bigint | 0
lpad | lpad('7', 3, '0') | varchar | 007
lpad | lpad('1234', 3, '0') | varchar | 123
rpad | rpad('7', 3, 'ab') | varchar | 7ab
reverse | reverse('añb') | varchar | bña
chr | chr(8364) | varchar | €
chr | chr(55296) | varchar | !Not a valid Unicode code point
starts_with | starts_with('/blog/a', '/blog') | boolean | true
concat | concat('a', 'b', 'c') | varchar | abc
concat | concat('a', NULL) | varchar | NULL
regexp_like | regexp_like('/blog/2022', '^/blog/\d+$') | boolean | true
regexp_like | regexp_like('grün 7', '\d') | boolean | !\d and \w are not available for a text with other than ASCII letters
regexp_like | regexp_like('grün 7', '[\w ]+') | boolean | !\d and \w are not available for a text with other than ASCII letters
regexp_like | regexp_like('grün 7', '[0-9]$') | boolean | true
regexp_like | regexp_like('a' || chr(10), 'a$') | boolean | !$ is not available for a text that ends with a line break
regexp_like | regexp_like('a', 'a(?=b)') | boolean | !the regular expression has a repetition of nothing at character 3
regexp_extract | regexp_extract('id=42&x=1', 'id=([0-9]+)', 1) | varchar | 42
regexp_extract | regexp_extract('abc', '[0-9]') | varchar | NULL
regexp_extract | regexp_extract('ab', '(a)|(b)', 2) | varchar | !a group is not available with an alternative
regexp_extract_all | array_join(regexp_extract_all('a1b22', '[0-9]+'), '|') | varchar | 1|22
regexp_replace | regexp_replace('a1b22', '[0-9]+', '#') | varchar | a#b#
regexp_replace | regexp_replace('abc', 'x*', '-') | varchar | !regexp_replace is not available with a regular expression that matches the empty text
regexp_split | cardinality(regexp_split('a, b;c', '[,;] ?')) | bigint | 3
abs | abs(-5) | integer | 5
abs | abs(-2.5) | double | 2.5
ceil | ceil(-1.5) | double | -1.0
ceiling | ceiling(1.2) | double | 2.0
floor | floor(-1.5) | double | -2.0
floor | floor(7) | integer | 7
sign | sign(-3.5) | double | -1.0
round | round(2.5) | double | 3.0
round | round(-2.5) | double | -3.0
round | round(1e19) | double | !this number is too large to be rounded to so many digits
round | round(1.2345, 2) | double | 1.23
round | round(0.285, 2) | double | 0.28
round | round(5) | integer | 5
truncate | truncate(-1.9) | double | -1.0
mod | mod(-7, 3) | integer | -1
mod | mod(7, 0) | integer | !Division by zero
pow | pow(2, 10) | double | 1024.0
power | power(10, -2) | double | 0.01
power | power(10, 400) | double | !the result is infinite or not a number
pi | pi() | double | 3.141592653589793
e | e() | double | 2.718281828459045
sqrt | sqrt(16) | double | 4.0
sqrt | sqrt(-1) | double | !sqrt of this number is infinite or not a number
cbrt | round(cbrt(27), 9) | double | 3.0
exp | exp(0) | double | 1.0
ln | ln(1) | double | 0.0
ln | ln(0) | double | !ln of this number is infinite or not a number
log2 | log2(8) | double | 3.0
log10 | log10(1000) | double | 3.0
sin | sin(0) | double | 0.0
cos | cos(0) | double | 1.0
tan | tan(0) | double | 0.0
asin | asin(0) | double | 0.0
acos | acos(1) | double | 0.0
atan | atan(0) | double | 0.0
atan2 | atan2(0, 1) | double | 0.0
cosh | cosh(0) | double | 1.0
tanh | tanh(0) | double | 0.0
degrees | degrees(pi()) | double | 180.0
radians | radians(180) | double | 3.141592653589793
from_base | from_base('ff', 16) | bigint | 255
bitwise_and | bitwise_and(19, 25) | bigint | 17
bitwise_or | bitwise_or(19, 25) | bigint | 27
bitwise_xor | bitwise_xor(19, 25) | bigint | 10
bitwise_not | bitwise_not(-12) | bigint | 11
greatest | greatest(1, 3, 2) | integer | 3
greatest | greatest(1, NULL) | integer | NULL
least | least('b', 'a') | varchar | a
coalesce | coalesce(NULL, 2, 3) | integer | 2
nullif | nullif('a', 'a') | varchar | NULL
nullif | nullif('a', 'b') | varchar | a
if | if(1 = 1, 'yes', 'no') | varchar | yes
if | if(1 = 2, 'yes') | varchar | NULL
case | CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END | varchar | two
case | CASE WHEN 1 > 2 THEN 1 ELSE 2.5 END | double | 2.5
cast | CAST('12' AS bigint) | bigint | 12
cast | CAST(2.5 AS bigint) | bigint | 3
cast | CAST(-2.5 AS integer) | integer | -3
cast | CAST(true AS varchar) | varchar | true
cast | CAST(TIMESTAMP '2022-07-07 17:44:43.771' AS varchar) | varchar | 2022-07-07 17:44:43.771000000
cast | CAST('2022-07-07 17:44:43.123456000' AS timestamp) | timestamp | 2022-07-07 17:44:43.123456000
cast | CAST('2022-07-07 17:44:43.123456789' AS timestamp) | timestamp | !a text cannot be cast to timestamp
cast | CAST(NULL AS double) | double | NULL
cast | CAST('12 ' AS bigint) | bigint | !a text cannot be cast to bigint
cast | CAST('1e3' AS double) | double | 1000.0
cast | CAST(0.1 AS varchar) | varchar | !Cannot cast double to varchar
cast | CAST('yes' AS boolean) | boolean | !a text cannot be cast to boolean
cast | CAST(3000000000 AS integer) | integer | !a number or time is out of the range of its type
try_cast | TRY_CAST('x' AS bigint) | bigint | NULL
try_cast | TRY_CAST('12' AS bigint) | bigint | 12
try_cast | TRY_CAST(3000000000 AS integer) | integer | NULL
try_cast | TRY_CAST('yes' AS boolean) | boolean | NULL
cardinality | cardinality(ARRAY[1, 2, NULL]) | bigint | 3
element_at | element_at(ARRAY['a', 'b'], -1) | varchar | b
element_at | element_at(ARRAY['a', 'b'], 3) | varchar | NULL
element_at | element_at(ARRAY['a'], 0) | varchar | !SQL array indices start at 1
contains | contains(ARRAY[1, 2], 2) | boolean | true
contains | contains(ARRAY[1, NULL], 2) | boolean | NULL
array_max | array_max(ARRAY[1, 3, 2]) | integer | 3
array_max | array_max(ARRAY[1, NULL]) | integer | NULL
array_min | array_min(ARRAY['b', 'a']) | varchar | a
array_position | array_position(ARRAY['a', 'b'], 'b') | bigint | 2
array_position | array_position(ARRAY['a', 'b'], 'c') | bigint | 0
array_sort | array_join(array_sort(ARRAY['b', NULL, 'a']), ',', '-') | varchar | a,b,-
array_join | array_join(ARRAY['a', NULL, 'b'], '/') | varchar | a/b
slice | array_join(slice(ARRAY['a', 'b', 'c'], 2, 5), '') | varchar | bc
slice | array_join(slice(ARRAY['a', 'b', 'c'], -2, 1), '') | varchar | b
sequence | cardinality(sequence(1, 9, 2)) | bigint | 5
sequence | cardinality(sequence(TIMESTAMP '2022-01-01 00:00:00', TIMESTAMP '2022-01-02 00:00:00', 6h)) | bigint | 5
sequence | array_max(sequence(DATE '2022-01-30', DATE '2022-02-02')) | date | 2022-02-02
sequence | sequence(3, 1, 1) | array(bigint) | !sequence stop must lie in the direction of its step
sequence | cardinality(sequence(1, 10001)) | bigint | !result of sequence function must not have more than 10000 entries
transform | array_max(transform(ARRAY[1, 2], x -> x * 10)) | integer | 20
filter | cardinality(filter(ARRAY[1, 2, NULL], x -> x > 1)) | bigint | 1
any_match | any_match(ARRAY[1, 2], x -> x = 2) | boolean | true
any_match | any_match(ARRAY[1, NULL], x -> x = 2) | boolean | NULL
all_match | all_match(ARRAY[1, 2], x -> x > 0) | boolean | true
none_match | none_match(ARRAY[1, 2], x -> x > 2) | boolean | true
reduce | reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s * 10) | integer | 60
count | count(*) FROM (VALUES 1, NULL, 3) AS t(c) | bigint | 3
count | count(c) FROM (VALUES 1, NULL, 3) AS t(c) | bigint | 2
count | count(DISTINCT c) FROM (VALUES 1, 1, 3) AS t(c) | bigint | 2
count_if | count_if(c > 1) FROM (VALUES 1, 2, 3) AS t(c) | bigint | 2
sum | sum(c) FROM (VALUES 1, 2, 3, 4) AS t(c) | bigint | 10
sum | sum(c) FROM (VALUES 1) AS t(c) WHERE c > 1 | bigint | NULL
sum | sum(c) FROM (VALUES 9223372036854775807, 1) AS t(c) | bigint | !a number or time is out of the range of its type
sum | sum(c) FILTER (WHERE c > 2) FROM (VALUES 1, 2, 3, 4) AS t(c) | bigint | 7
sum | sum(c) FROM (VALUES 1h, 30m) AS t(c) | interval day to second | 0 01:30:00.000000000
avg | avg(c) FROM (VALUES 1, 2, 3, 4) AS t(c) | double | 2.5
min | min(c) FROM (VALUES 3, 1, NULL) AS t(c) | integer | 1
max | max(c) FROM (VALUES 'a', 'b') AS t(c) | varchar | b
min_by | min_by(a, b) FROM (VALUES ('x', 2), ('y', 1)) AS t(a, b) | varchar | y
max_by | max_by(a, b) FROM (VALUES ('x', 2), ('y', 1), ('z', NULL)) AS t(a, b) | varchar | x
max_by | max_by(a, b) FROM (VALUES (NULL, 2), ('y', 1)) AS t(a, b) | varchar | NULL
arbitrary | arbitrary(c) FROM (VALUES 'a', 'a') AS t(c) | varchar | a
bool_and | bool_and(c) FROM (VALUES true, false) AS t(c) | boolean | false
every | every(c) FROM (VALUES true, true) AS t(c) | boolean | true
bool_or | bool_or(c) FROM (VALUES true, false) AS t(c) | boolean | true
array_agg | array_join(array_agg(c ORDER BY c DESC), '') FROM (VALUES 'a', 'b') AS t(c) | varchar | ba
approx_distinct | approx_distinct(c) FROM (VALUES 1, 2, 2, NULL) AS t(c) | bigint | 2
approx_percentile | approx_percentile(c, 0.5) FROM (VALUES 1, 2, 3, 4, 5) AS t(c) | bigint | 3
geometric_mean | round(geometric_mean(c), 9) FROM (VALUES 1, 4) AS t(c) | double | 2.0
stddev | stddev(c) FROM (VALUES 1, 3) AS t(c) | double | 1.4142135623730951
stddev | stddev(c) FROM (VALUES 1) AS t(c) | double | NULL
stddev_samp | stddev_samp(c) FROM (VALUES 1, 3) AS t(c) | double | 1.4142135623730951
stddev_pop | stddev_pop(c) FROM (VALUES 1, 3) AS t(c) | double | 1.0
variance | variance(c) FROM (VALUES 1, 3) AS t(c) | double | 2.0
var_samp | var_samp(c) FROM (VALUES 1, 3) AS t(c) | double | 2.0
var_pop | var_pop(c) FROM (VALUES 1, 3) AS t(c) | double | 1.0
covar_pop | covar_pop(a, b) FROM (VALUES (1, 2), (3, 6)) AS t(a, b) | double | 2.0
covar_samp | covar_samp(a, b) FROM (VALUES (1, 2), (3, 6)) AS t(a, b) | double | 4.0
bitwise_and_agg | bitwise_and_agg(c) FROM (VALUES 6, 3) AS t(c) | bigint | 2
bitwise_or_agg | bitwise_or_agg(c) FROM (VALUES 6, 3) AS t(c) | bigint | 7
grouping | max(g) FROM (SELECT grouping(a) AS g FROM (VALUES 1, 2) AS t(a) GROUP BY ROLLUP (a)) | bigint | 1
row_number | max(n) FROM (SELECT row_number() OVER (ORDER BY c) AS n FROM (VALUES 5, 5, 7) AS t(c)) | bigint | 3
rank | max(n) FROM (SELECT rank() OVER (ORDER BY c DESC) AS n FROM (VALUES 5, 5, 7) AS t(c)) | bigint | 2
dense_rank | max(n) FROM (SELECT dense_rank() OVER (ORDER BY c) AS n FROM (VALUES 5, 5, 7) AS t(c)) | bigint | 2
percent_rank | max(n) FROM (SELECT percent_rank() OVER (ORDER BY c) AS n FROM (VALUES 1, 2, 3) AS t(c)) | double | 1.0
cume_dist | min(n) FROM (SELECT cume_dist() OVER (ORDER BY c) AS n FROM (VALUES 1, 2) AS t(c)) | double | 0.5
ntile | max(n) FROM (SELECT ntile(2) OVER (ORDER BY c) AS n FROM (VALUES 1, 2, 3) AS t(c)) | bigint | 2
lag | max(p) FROM (SELECT c - lag(c) OVER (ORDER BY c) AS p FROM (VALUES 1, 5, 7) AS t(c)) | integer | 4
lag | min(p) FROM (SELECT lag(c, 1, -1) OVER (ORDER BY c) AS p FROM (VALUES 1, 5) AS t(c)) | integer | -1
lead | max(p) FROM (SELECT lead(c, 2) OVER (ORDER BY c) AS p FROM (VALUES 1, 5, 7) AS t(c)) | integer | 7
first_value | min(p) FROM (SELECT first_value(c) OVER (ORDER BY c DESC) AS p FROM (VALUES 1, 5) AS t(c)) | integer | 5
last_value | min(p) FROM (SELECT last_value(c) OVER (ORDER BY c) AS p FROM (VALUES 1, 5) AS t(c)) | integer | 1
nth_value | max(p) FROM (SELECT nth_value(c, 2) OVER (ORDER BY c) AS p FROM (VALUES 1, 5, 7) AS t(c)) | integer | 5
create_time_series | cardinality(create_time_series(t, v)) FROM (VALUES (ago(1h), 1.0), (now(), 2.0)) AS s(t, v) | bigint | 2
create_time_series | cardinality(create_time_series(t, v)) FROM (VALUES (now(), 1.0), (now(), 2.0)) AS s(t, v) | bigint | !a time series has two values at one time
interpolate_linear | interpolate_linear(create_time_series(t, v), ago(15m)) FROM (VALUES (ago(1h), 1.0), (now(), 5.0)) AS s(t, v) | double | 4.0
interpolate_linear | interpolate_linear(create_time_series(t, v), ago(2h)) FROM (VALUES (ago(1h), 1.0), (now(), 5.0)) AS s(t, v) | double | !interpolation outside of the time series is not available
interpolate_locf | interpolate_locf(create_time_series(t, v), ago(15m)) FROM (VALUES (ago(1h), 1.0), (now(), 5.0)) AS s(t, v) | double | 1.0
interpolate_fill | interpolate_fill(create_time_series(t, v), ago(15m), 0.0) FROM (VALUES (ago(1h), 1.0), (now(), 5.0)) AS s(t, v) | double | 0.0
unnest | sum(x) FROM UNNEST(ARRAY[1, 2, 3]) AS t(x) | bigint | 6
unnest | max(n) FROM UNNEST(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, n) | bigint | 2
unnest | sum(v) FROM (SELECT create_time_series(t, v) AS s FROM (VALUES (ago(1h), 1.0), (now(), 5.0)) AS p(t, v)) AS q CROSS JOIN UNNEST(s) AS u(t, v) | double | 6.0
"""


@dataclass(frozen=True)
class FunctionCase:
    """What one call answers. `answer` None is NULL; with `refused` it is how the refusal's words begin."""

    function: str
    expression: str
    type: str
    answer: str | None
    refused: bool


def _read(line: str) -> FunctionCase:
    function, rest = line.split(" | ", 1)
    expression, kind, answer = rest.rsplit(" | ", 2)
    refused = answer.startswith("!")
    return FunctionCase(function, expression, kind, None if answer == "NULL" else answer.removeprefix("!"), refused)


FUNCTION_CASES = tuple(_read(line) for line in _LINES.strip().splitlines())
