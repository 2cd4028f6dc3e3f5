-- Read the records of a text, and put the line and the size of each beside it.
CREATE TEMP TABLE {table} AS
SELECT {kept}, size AS {characters}
FROM counted POSITIONAL JOIN
    (FROM read_csv($path, auto_detect = false, header = false, skip = 1, columns = {fields},
                   delim = $delimiter, quote = $quote, escape = $quote, nullstr = '',
                   strict_mode = true, null_padding = false, parallel = false,
                   new_line = '\n', max_line_size = {longest}))
