import agencies.public_id
import agencies.scope
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from agencies.rls import TenantTable

# A correction is written once: who was there is evidence (domain.md 5.3). A row that would change its
# network is left to row-level security, which refuses it by its own name.
KEEP = """
CREATE FUNCTION keep_attendance_correction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an attendance correction is never changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER keep_correction BEFORE UPDATE ON cohorts_attendancecorrection
    FOR EACH ROW WHEN (OLD.network_id = NEW.network_id) EXECUTE FUNCTION keep_attendance_correction();
"""
LET_GO = """
DROP TRIGGER keep_correction ON cohorts_attendancecorrection;
DROP FUNCTION keep_attendance_correction();
"""


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('agencies', '0010_brand_values'),
        ('cohorts', '0009_progress_floor'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='livesession',
            options={'ordering': ['starts_at', 'pk']},
        ),
        migrations.RemoveConstraint(
            model_name='livesession',
            name='livesession_key_once',
        ),
        migrations.AddField(
            model_name='livesession',
            name='cancel_note',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='livesession',
            name='sequence',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='livesession',
            name='slot',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.UniqueConstraint(fields=('network', 'cohort', 'key', 'slot'), name='livesession_slot_once'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(('slot__in', (1, 2))), name='livesession_two_slots'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(('minutes__range', (1, 480))), name='livesession_minutes'),
        ),
        migrations.AddConstraint(
            model_name='livesession',
            constraint=models.CheckConstraint(condition=models.Q(('cancel_note', ''), ('cancelled_at__isnull', False), _connector='OR'), name='livesession_note_cancelled'),
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_hash', models.BinaryField(max_length=32, unique=True)),
                ('created_at', models.DateTimeField()),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'agenda privé',
                'verbose_name_plural': 'agendas privés',
            },
        ),
        migrations.CreateModel(
            name='SlotChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('offset', models.PositiveIntegerField(default=0)),
                ('chosen_at', models.DateTimeField()),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='slot_choices', to='cohorts.enrolment')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='choices', to='cohorts.livesession')),
            ],
            options={
                'indexes': [models.Index(fields=['network', 'session'], name='slotchoice_session')],
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='slotchoice_network_id'), models.UniqueConstraint(fields=('network', 'enrolment', 'key'), name='slotchoice_once')],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('present', 'Présence'), ('replay', 'Différé'), ('excused', 'Excuse'), ('absent', 'Absence')], max_length=10)),
                ('how', models.CharField(choices=[('code', 'avec le code'), ('coach', 'd’un geste'), ('replay', 'avec les trois questions')], max_length=10)),
                ('recorded_at', models.DateTimeField()),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.membership')),
                ('enrolment', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='cohorts.enrolment')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
                ('session', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='attendances', to='cohorts.livesession')),
            ],
            options={
                'verbose_name': 'émargement',
                'verbose_name_plural': 'émargements',
                'indexes': [models.Index(fields=['network', 'session'], name='attendance_session')],
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='attendance_network_id'), models.UniqueConstraint(fields=('network', 'enrolment', 'key'), name='attendance_once'), models.CheckConstraint(condition=models.Q(('state__in', ('present', 'replay', 'excused', 'absent'))), name='attendance_state'), models.CheckConstraint(condition=models.Q(('signed_at__isnull', True), ('state__in', ('present', 'replay')), _connector='OR'), name='attendance_signed_by_who_was_there'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'replay'), _negated=True), models.Q(('how', 'replay'), ('signed_at__isnull', False)), _connector='OR'), name='attendance_replay_is_signed'), models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False)), _connector='OR'), name='attendance_confirmed_by_somebody')],
            },
        ),
        migrations.CreateModel(
            name='AttendanceCorrection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('corrected_at', models.DateTimeField()),
                ('from_state', models.CharField(blank=True, max_length=10)),
                ('to_state', models.CharField(choices=[('present', 'Présence'), ('replay', 'Différé'), ('excused', 'Excuse'), ('absent', 'Absence')], max_length=10)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('attendance', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='corrections', to='cohorts.attendance')),
                ('by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.membership')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'verbose_name': 'correction d’émargement',
                'verbose_name_plural': 'corrections d’émargement',
                'ordering': ['corrected_at', 'pk'],
                'indexes': [models.Index(fields=['network', 'attendance'], name='correction_attendance')],
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='attendancecorrection_network_id'), models.CheckConstraint(condition=models.Q(('from_state', models.F('to_state')), _negated=True), name='attendancecorrection_changes_something')],
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(default=agencies.public_id.new_public_id, editable=False, max_length=12)),
                ('key', models.CharField(default='entretien', max_length=60)),
                ('starts_at', models.DateTimeField()),
                ('minutes', models.PositiveSmallIntegerField()),
                ('join_url', models.URLField(blank=True, verbose_name='lien')),
                ('sequence', models.PositiveIntegerField(default=0)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancel_note', models.CharField(blank=True, max_length=300)),
                ('coach', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='agencies.membership')),
                ('cohort', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to='cohorts.cohort')),
                ('enrolment', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to='cohorts.enrolment')),
                ('network', models.ForeignKey(db_index=False, default=agencies.scope.current_network_id, editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='agencies.network')),
            ],
            options={
                'verbose_name': 'entretien individuel',
                'verbose_name_plural': 'entretiens individuels',
                'ordering': ['starts_at', 'pk'],
                'indexes': [models.Index(fields=['network', 'cohort', 'starts_at'], name='appointment_cohort'), models.Index(fields=['network', 'enrolment'], name='appointment_enrolment')],
                'constraints': [models.UniqueConstraint(fields=('network', 'id'), name='appointment_network_id'), models.UniqueConstraint(fields=('network', 'public_id'), name='appointment_public_id'), models.UniqueConstraint(condition=models.Q(('cancelled_at', None)), fields=('network', 'coach', 'starts_at'), name='appointment_one_at_a_time'), models.UniqueConstraint(condition=models.Q(('cancelled_at', None)), fields=('network', 'enrolment', 'key'), name='appointment_one_per_person'), models.CheckConstraint(condition=models.Q(('minutes__range', (5, 120))), name='appointment_minutes')],
            },
        ),
        TenantTable("SlotChoice"),
        TenantTable("Attendance"),
        TenantTable("AttendanceCorrection"),
        TenantTable("Appointment"),
        migrations.RunSQL(KEEP, LET_GO),
    ]
