-- Every legal state change. Whatever is not here is refused (private.tg_state_transition).
set lock_timeout = '5s';

insert into private.state_transitions (machine, from_state, to_state)
values
('shops.status', 'new', 'draft'),
('shops.status', 'draft', 'active'),

('shop_payment_accounts.state', 'new', 'none'),
('shop_payment_accounts.state', 'new', 'requirements_due'),
('shop_payment_accounts.state', 'new', 'pending'),
('shop_payment_accounts.state', 'new', 'active'),
('shop_payment_accounts.state', 'new', 'restricted'),
('shop_payment_accounts.state', 'none', 'requirements_due'),
('shop_payment_accounts.state', 'none', 'pending'),
('shop_payment_accounts.state', 'none', 'active'),
('shop_payment_accounts.state', 'none', 'restricted'),
('shop_payment_accounts.state', 'requirements_due', 'pending'),
('shop_payment_accounts.state', 'requirements_due', 'active'),
('shop_payment_accounts.state', 'requirements_due', 'restricted'),
('shop_payment_accounts.state', 'pending', 'requirements_due'),
('shop_payment_accounts.state', 'pending', 'active'),
('shop_payment_accounts.state', 'pending', 'restricted'),
('shop_payment_accounts.state', 'active', 'requirements_due'),
('shop_payment_accounts.state', 'active', 'pending'),
('shop_payment_accounts.state', 'active', 'restricted'),
('shop_payment_accounts.state', 'restricted', 'requirements_due'),
('shop_payment_accounts.state', 'restricted', 'pending'),
('shop_payment_accounts.state', 'restricted', 'active'),

('products.status', 'new', 'draft'),
('products.status', 'draft', 'active'),
('products.status', 'draft', 'archived'),
('products.status', 'active', 'archived'),
('products.status', 'archived', 'active'),

('product_files.status', 'new', 'pending'),
('product_files.status', 'pending', 'ready'),
('product_files.status', 'pending', 'rejected'),

('orders.status', 'new', 'pending_payment'),
('orders.status', 'pending_payment', 'paid'),
('orders.status', 'pending_payment', 'cancelled'),
('orders.status', 'pending_payment', 'expired'),
('orders.status', 'expired', 'paid'),

('shop_orders.status', 'new', 'pending_payment'),
('shop_orders.status', 'pending_payment', 'paid'),
('shop_orders.status', 'pending_payment', 'cancelled'),
('shop_orders.status', 'pending_payment', 'expired'),
('shop_orders.status', 'expired', 'paid'),

('payments.status', 'new', 'created'),
('payments.status', 'created', 'processing'),
('payments.status', 'created', 'failed'),
('payments.status', 'created', 'succeeded'),
('payments.status', 'created', 'canceled'),
('payments.status', 'created', 'refund_pending'),
('payments.status', 'processing', 'failed'),
('payments.status', 'processing', 'succeeded'),
('payments.status', 'processing', 'canceled'),
('payments.status', 'processing', 'refund_pending'),
('payments.status', 'failed', 'processing'),
('payments.status', 'failed', 'succeeded'),
('payments.status', 'failed', 'canceled'),
('payments.status', 'failed', 'refund_pending'),
('payments.status', 'refund_pending', 'refunded'),

('stripe_events.state', 'new', 'received'),
('stripe_events.state', 'received', 'applied'),
('stripe_events.state', 'received', 'ignored'),

('inventory_reservations.state', 'new', 'held'),
('inventory_reservations.state', 'held', 'consumed'),
('inventory_reservations.state', 'held', 'released'),
('inventory_reservations.state', 'released', 'held'),

('personalized_files.state', 'new', 'pending'),
('personalized_files.state', 'pending', 'ready'),

('email_messages.state', 'new', 'queued'),
('email_messages.state', 'queued', 'sent');
