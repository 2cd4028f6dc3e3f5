# Reads the star that `waakvlam export star` writes: how many addresses each list had, and how the arrears moved.
# install.packages(c("arrow", "dplyr"))
library(arrow)
library(dplyr)

folder <- "star"
lists <- read_parquet(file.path(folder, "dim_list.parquet"))
print(lists |> select(list_date, agreements, listed))

open_dataset(file.path(folder, "fact_trend")) |>
  filter(signal == "arrears_euro") |>
  group_by(list_date) |>
  summarise(above_zero = sum(above_zero), agreements = sum(agreements)) |>
  arrange(list_date) |>
  collect() |>
  print()
