// The jobs of delivery figures.
#pragma once
#include "work/job.hpp"

namespace evenkeel::dora {

struct DeliveryMonth {
  static constexpr std::string_view kind = "delivery_month";
};
BOOST_DESCRIBE_STRUCT(DeliveryMonth, (), ())

struct DeliveryMail {
  static constexpr std::string_view kind = "delivery_mail";
  std::string month, channel;
};
BOOST_DESCRIBE_STRUCT(DeliveryMail, (), (month, channel))

struct DeliveryDays {
  static constexpr std::string_view kind = "delivery_days";
};
BOOST_DESCRIBE_STRUCT(DeliveryDays, (), ())

}  // namespace evenkeel::dora
