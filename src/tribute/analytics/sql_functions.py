"""The functions that people's SQL may call, by DuckDB's names, and the tables it may read. Pure.

Left out on purpose: what reads files, settings, the catalog or the session, what waits or writes, and what makes a giant
value from a small one (`repeat`, `lpad`, `printf`, `range` as a value). Read by `sql_guard`; the documentation lists them from here.
"""

PUBLISHED_TABLES = frozenset({"events", "page_views", "websites", "affiliates"})

TABLE_FUNCTIONS = frozenset({"generate_series", "range", "unnest"})
"""May stand where a table stands; they make their rows one after the other."""

_AGGREGATE = """
any_value approx_count_distinct approx_quantile arg_max arg_min array_agg avg bool_and bool_or corr count count_if
count_star covar_pop covar_samp entropy favg first fsum geomean histogram kurtosis last list mad max max_by mean
median min min_by mode product quantile quantile_cont quantile_disc regr_intercept regr_r2 regr_slope skewness stddev
stddev_pop stddev_samp string_agg sum var_pop var_samp variance grouping
"""
_WINDOW = "cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number"
_CONDITIONAL = "coalesce greatest if ifnull isfinite isinf isnan least nullif"
_TEXT = """
ascii bar bit_length char_length character_length chr concat concat_ws contains damerau_levenshtein ends_with
format_bytes hamming instr jaccard jaro_similarity jaro_winkler_similarity lcase left len length levenshtein lower
ltrim md5 nfc_normalize position prefix regexp_escape regexp_extract regexp_extract_all regexp_full_match
regexp_matches regexp_replace replace reverse right rtrim sha256 split split_part starts_with str_split string_split
string_to_array strip_accents strlen strpos substr substring suffix translate trim ucase unicode upper url_decode
url_encode
"""
_NUMBER = """
abs acos asin atan atan2 bit_count cbrt ceil ceiling cos cot degrees divide even exp factorial fdiv floor fmod gamma
gcd hash isodd lcm lgamma ln log log10 log2 mod pi pow power radians round round_even sign sin sqrt tan trunc xor
equi_width_bins
"""
_TIME = """
age ago century current_date date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc day
dayname dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms epoch_us get_current_timestamp hour isodow
isoyear julian last_day make_date make_time make_timestamp microsecond millisecond minute month monthname now quarter
second strftime strptime time_bucket timezone to_days to_hours to_microseconds to_milliseconds to_minutes to_months
to_seconds to_timestamp to_weeks to_years today transaction_timestamp try_strptime week weekday weekofyear year
yearweek
"""
_CONVERSION = "bin from_base64 from_hex hex to_base64 to_hex typeof unhex"
_LIST = """
array_length array_to_string cardinality element_at flatten list_append list_apply list_concat list_contains
list_count list_distinct list_extract list_filter list_first list_has list_has_all list_has_any list_last list_max
list_min list_position list_reduce list_reverse list_reverse_sort list_slice list_sort list_sum list_transform
list_unique list_value list_zip map map_entries map_extract map_keys map_values row struct_extract struct_pack unnest
columns
"""

FUNCTIONS = frozenset(" ".join((_AGGREGATE, _WINDOW, _CONDITIONAL, _TEXT, _NUMBER, _TIME, _CONVERSION, _LIST)).split())
"""May stand where a value stands."""
