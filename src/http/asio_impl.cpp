// Boost.Asio and Boost.Beast, compiled once (BOOST_ASIO_SEPARATE_COMPILATION): everyone else only declares what they use.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
